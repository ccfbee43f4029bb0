//! A picture as a page of its own: nothing is fetched, light and dark follow the reader's wish, and print is always light.

use super::scene::Picture;
use super::svg::{Around, escaped, pixels, readable, style, svg};
use crate::text::Lang;

/// Columns of the two drawings, where they need no more: the page shows the one that has room.
const WIDE: usize = 120;
const NARROW: usize = 46;
/// A longer picture is drawn once: who reads it on a small screen scrolls.
const LONG: usize = 600_000;

/// The page.
pub fn html(picture: &dyn Picture, lang: Lang) -> String {
    let columns_wide = WIDE.max(picture.wants());
    let wide = svg(picture, columns_wide, Around::Styled, "wide");
    let columns = NARROW.max(picture.narrowest());
    let narrow = if wide.len() < LONG { svg(picture, columns, Around::Styled, "narrow") } else { String::new() };
    let title = escaped(&picture.title());
    let code = match lang {
        Lang::En => "en",
        Lang::Zh => "zh-CN",
    };
    let least = match columns_wide > WIDE {
        true => format!(".wide svg{{min-width:{:.0}px}}", readable(columns_wide)),
        false => String::new(),
    };
    let (narrow_drawing, rule) = match narrow.is_empty() {
        true => (String::new(), String::new()),
        false => (
            format!("<div class=\"narrow\">{narrow}</div>\n"),
            format!(
                ".narrow{{display:none}}@media screen and (max-width:700px){{.wide{{display:none}}.narrow{{display:block}}\
                 .narrow svg{{min-width:{:.0}px}}}}",
                readable(columns)
            ),
        ),
    };
    format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}</title>\n<style>\n{}\
         body{{margin:0;background:#fff;color:#1f2430}}figure{{margin:0 auto;max-width:{:.0}px;overflow-x:auto}}\
         svg{{display:block;max-width:100%;height:auto}}{least}{rule}\
         @media (prefers-color-scheme:dark){{body{{background:#16191f;color:#d9dce3}}}}\
         @media print{{body{{background:#fff;color:#1f2430}}figure{{max-width:none}}}}\n</style>\n</head>\n<body>\n\
         <figure>\n<div class=\"wide\">{wide}</div>\n{narrow_drawing}</figure>\n</body>\n</html>\n",
        style(),
        pixels(columns_wide)
    )
}
