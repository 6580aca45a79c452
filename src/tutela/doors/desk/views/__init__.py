"""The desk's pages, one file for each thing a person comes to do. Each view says who may enter."""
