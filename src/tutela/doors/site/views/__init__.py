"""The views of the site: report, receipt, reading, plain files, errors."""
