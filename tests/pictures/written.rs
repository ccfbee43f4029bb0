//! Pictures as files: SVG and pages.
