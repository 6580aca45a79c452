"""The scan: every file of a folder or an object store held against hash lists, by many workers.

For what: `tutela scan`. Needs neither Django nor a node; its workers import no command.
Owns: the lines a scan prints and the state file that resumes it (docs/guides/scanning.md describes both).
Speaks to: core.matching (fingerprints, verdicts), file systems, object stores by fsspec, Ray when asked.
Never: follows a link, opens anything but regular files, keeps a byte of what it read.

    places    what there is to read, in chunks          trees, stores   where it comes from
    reading   one chunk → what was found                crew, cluster   who reads: processes, Ray
    engine    gives chunks out and takes results in     state, lines    what is kept, what is printed
"""
