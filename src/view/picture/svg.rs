//! A picture as SVG: lines instead of characters, every word real text. Colours for light and dark paper, and for print; nothing is
//! told by colour alone. Plain classes and literal colours, since programs for slides understand little more.

use super::scene::{Band, Fill, Item, Look, Mark, Page, Picture};
use crate::markup::{Role, safe, width};
use std::fmt::Write;

/// A cell in pixels, for text of 14 pixels: fonts of one width are 0.6 of their height wide.
const WIDE: f32 = 8.4;
const HIGH: f32 = 20.0;
const MARGIN: f32 = 16.0;
/// In a page no text is shown smaller than this many pixels, but that the reader scrolls sideways.
const SMALLEST: f32 = 10.0;

/// How roles look: class, on light paper, on dark paper.
const INKS: [(&str, &str, &str); 10] = [
    ("plain", "#1f2430", "#d9dce3"),
    ("dim", "#5f6877", "#9aa2b1"),
    ("head", "#11151d", "#ffffff"),
    ("name", "#0b5d2a", "#9ece6a"),
    ("call", "#0b4fa0", "#8ab4ff"),
    ("const", "#71349f", "#cfa8f5"),
    ("num", "#7a4a00", "#e5c07b"),
    ("state", "#04616c", "#74d5dd"),
    ("bad", "#ad1f17", "#ff8f8c"),
    ("answer", "#7a4a00", "#f2c96b"),
];

fn class(role: Role) -> &'static str {
    match role {
        Role::Plain | Role::Source => "plain",
        Role::Dim | Role::Time => "dim",
        Role::Strong | Role::Heading => "head",
        Role::Name | Role::Data | Role::Good | Role::Try => "name",
        Role::Call | Role::Code => "call",
        Role::Constant | Role::Host => "const",
        Role::Number | Role::Address => "num",
        Role::State | Role::Prompt => "state",
        Role::Bad | Role::Caret => "bad",
        Role::Answer => "answer",
    }
}

fn line_class(look: Look) -> &'static str {
    match look {
        Look::Quiet => "quiet",
        Look::Deduced => "deduced",
        Look::Seen => "seen",
        Look::Taken => "taken",
        Look::TakenUnseen => "unseen",
    }
}

/// The style sheet of every picture.
pub fn style() -> String {
    let mut out = String::from(
        "text{font:14px 'DejaVu Sans Mono','Liberation Mono',Menlo,Consolas,'Noto Sans Mono CJK SC','Noto Sans CJK SC',\
         'PingFang SC','Microsoft YaHei',monospace;white-space:pre}\
         text.name,text.head,text.state,text.bad{font-weight:bold}\
         .l{fill:none;stroke-width:1.4;stroke-linejoin:round}.deduced{stroke-dasharray:5 4}\
         .taken,.unseen{stroke-width:2.6}.unseen{stroke-dasharray:7 5}.quiet{stroke-width:1.1}\n",
    );
    let colours = |out: &mut String, dark: bool| {
        for (class, light, night) in INKS {
            let ink = if dark { night } else { light };
            let _ = write!(out, "text.{class}{{fill:{ink}}}");
        }
        let pick = |light: &'static str, night: &'static str| if dark { night } else { light };
        for (class, light, night) in [
            ("quiet", "#b4bac5", "#525a68"),
            ("deduced", "#3f4a5a", "#aab2c0"),
            ("seen", "#1f2430", "#d9dce3"),
            ("taken", "#04737f", "#74d5dd"),
            ("unseen", "#04737f", "#74d5dd"),
        ] {
            let ink = pick(light, night);
            let _ = write!(out, ".l.{class}{{stroke:{ink}}}.h.{class}{{fill:{ink}}}");
        }
        let _ = writeln!(
            out,
            ".paper{{fill:{}}}.frame{{fill:{}}}.frame.taken,.frame.unseen{{fill:{}}}.tag{{fill:{};stroke:{}}}.stand{{fill:{};stroke:{}}}\
             .full{{fill:{}}}.half{{fill:{}}}.empty{{fill:{};stroke:{}}}.fbad{{fill:{}}}.fanswer{{fill:{}}}.ok{{fill:{}}}\
             .no{{stroke:{}}}.ring{{fill:{};stroke:{}}}",
            pick("#ffffff", "#16191f"),
            pick("#fafbfc", "#1b1f27"),
            pick("#e3f4f5", "#123238"),
            pick("#eef6ee", "#1d2b20"),
            pick("#8fbf9a", "#4d7a57"),
            pick("#fbe7b2", "#54431a"),
            pick("#b98a1e", "#d3a73f"),
            pick("#2c7a4b", "#79b98d"),
            pick("#d0a03c", "#c79a45"),
            pick("#eef0f3", "#242a34"),
            pick("#c3c9d3", "#4a5261"),
            pick("#c9473f", "#e7716c"),
            pick("#d0a03c", "#c79a45"),
            pick("#2c7a4b", "#79b98d"),
            pick("#ad1f17", "#ff8f8c"),
            pick("#ffffff", "#16191f"),
            pick("#9a6a00", "#f2c96b"),
        );
    };
    colours(&mut out, false);
    out.push_str("@media (prefers-color-scheme:dark){");
    colours(&mut out, true);
    out.push_str("}\n@media print{");
    colours(&mut out, false);
    out.push_str("}\n");
    out
}

/// Text as XML. What XML cannot hold at all never comes here: [`safe`] has taken it.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in safe(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // No characters of XML 1.0 (section 2.2).
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// A drawing being written.
struct Sheet {
    columns: usize,
    /// Rows above the band that comes.
    rows: usize,
    /// Upright lines that go on: column, thick, first row.
    strands: Vec<(usize, bool, usize)>,
    under: String,
    body: String,
}

fn mid(x: usize) -> f32 {
    (x as f32 + 0.5) * WIDE + MARGIN
}

impl Sheet {
    fn y(&self, y: usize) -> f32 {
        ((self.rows + y) as f32 + 0.5) * HIGH + MARGIN
    }

    fn strand(&mut self, x: usize, thick: bool, from: usize, to: usize) {
        let (top, low) = ((from as f32 + 0.5) * HIGH + MARGIN, (to as f32 + 0.5) * HIGH + MARGIN);
        let _ = match thick {
            true => writeln!(
                self.under,
                "<rect class=\"stand\" x=\"{:.1}\" y=\"{top:.1}\" width=\"9\" height=\"{:.1}\" rx=\"3\"/>",
                mid(x) - 4.5,
                (low - top).max(6.0)
            ),
            false => writeln!(self.under, "<path class=\"l quiet\" d=\"M{:.1} {top:.1}V{low:.1}\"/>", mid(x)),
        };
    }

    fn words(&mut self, x: usize, y: usize, role: Role, text: &str) {
        let text = safe(text);
        let wide = width(&text);
        let (left, base) = (x as f32 * WIDE + MARGIN, self.y(y) + 5.0);
        let _ = write!(self.body, "<text class=\"{}\" x=\"{left:.1}\" y=\"{base:.1}\"", class(role));
        // Wide characters are narrower in most fonts than two cells: they have room enough as they are.
        if wide > 1 && wide == text.chars().count() {
            let _ = write!(self.body, " textLength=\"{:.1}\"", wide as f32 * WIDE);
        }
        let _ = writeln!(self.body, ">{}</text>", escaped(&text));
    }

    fn line(&mut self, points: &[(usize, usize)], head: bool, look: Look) {
        let mut at: Vec<(f32, f32)> = points.iter().map(|(x, y)| (mid(*x), self.y(*y))).collect();
        let class = line_class(look);
        let n = at.len();
        if head && n >= 2 {
            // From the middle of what it leaves to the middle of what it points at.
            let step = |a: (f32, f32), b: (f32, f32)| {
                let sign = |d: f32| {
                    if d > 0.01 {
                        1.0
                    } else if d < -0.01 {
                        -1.0
                    } else {
                        0.0
                    }
                };
                (sign(b.0 - a.0), sign(b.1 - a.1))
            };
            let (dx, dy) = step(at[0], at[1]);
            at[0] = (at[0].0 - dx * WIDE, at[0].1 - dy * HIGH);
            let (dx, dy) = step(at[n - 2], at[n - 1]);
            let tip = (at[n - 1].0 + dx * (WIDE - 1.0), at[n - 1].1 + dy * (HIGH - 1.0));
            let base = (tip.0 - dx * 9.0, tip.1 - dy * 9.0);
            at[n - 1] = base;
            let _ = writeln!(
                self.body,
                "<path class=\"h {class}\" d=\"M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}z\"/>",
                tip.0,
                tip.1,
                base.0 - dy * 4.5,
                base.1 - dx * 4.5,
                base.0 + dy * 4.5,
                base.1 + dx * 4.5
            );
        }
        let _ = write!(self.body, "<path class=\"l {class}\" d=\"");
        for (i, (x, y)) in at.iter().enumerate() {
            let _ = write!(self.body, "{}{x:.1} {y:.1}", if i == 0 { 'M' } else { 'L' });
        }
        self.body.push_str("\"/>\n");
    }

    fn mark(&mut self, x: usize, y: usize, mark: Mark) {
        let (x, y) = (mid(x), self.y(y));
        let _ = match mark {
            Mark::Call => writeln!(self.body, "<circle class=\"ok\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>"),
            Mark::Asked => {
                writeln!(self.body, "<path class=\"ring\" stroke-width=\"2\" d=\"M{:.1} {y:.1}l5 -5l5 5l-5 5z\"/>", x - 5.0)
            }
            Mark::Answer => {
                writeln!(self.body, "<circle class=\"ring\" stroke-width=\"2\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>")
            }
            Mark::Failed => {
                writeln!(self.body, "<path class=\"no\" stroke-width=\"2.4\" d=\"M{:.1} {:.1}l9 9m0 -9l-9 9\"/>", x - 4.5, y - 4.5)
            }
            // The ends of the bar itself show it.
            Mark::Stands | Mark::Returns => Ok(()),
            Mark::End => writeln!(self.body, "<path class=\"l seen\" d=\"M{:.1} {y:.1}h12\"/>", x - 6.0),
        };
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Text { x, y, role, text } => self.words(*x, *y, *role, text),
            Item::Tag { x, y, role, text } => {
                let _ = writeln!(
                    self.body,
                    "<rect class=\"tag\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"8\"/>",
                    *x as f32 * WIDE + MARGIN + 1.0,
                    self.y(*y) - HIGH / 2.0 + 1.0,
                    (width(&safe(text)) + 2) as f32 * WIDE - 2.0,
                    HIGH - 2.0
                );
                self.words(x + 1, *y, *role, text);
            }
            Item::Frame { x, y, wide, high, look } => {
                let _ = writeln!(
                    self.body,
                    "<rect class=\"frame l {}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"7\"/>",
                    line_class(*look),
                    mid(*x),
                    self.y(*y),
                    (wide - 1) as f32 * WIDE,
                    (high - 1) as f32 * HIGH
                );
            }
            Item::Line { points, head, look } => self.line(points, *head, *look),
            Item::Gap { x, y, wide } => {
                let (left, top) = (*x as f32 * WIDE + MARGIN, self.y(*y) - HIGH / 2.0);
                let wide = *wide as f32 * WIDE;
                let _ = writeln!(
                    self.body,
                    "<rect class=\"paper\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{wide:.1}\" height=\"{HIGH}\"/>"
                );
            }
            Item::Mark { x, y, mark } => self.mark(*x, *y, *mark),
            Item::Bar { y, from, to, fill } => {
                let class = match fill {
                    Fill::Full => "full",
                    Fill::Half => "half",
                    Fill::Empty => "empty",
                    Fill::Bad => "fbad",
                    Fill::Answer => "fanswer",
                };
                let _ = writeln!(
                    self.body,
                    "<rect class=\"{class}\" x=\"{:.2}\" y=\"{:.1}\" width=\"{:.2}\" height=\"12\" rx=\"2\"/>",
                    from * WIDE + MARGIN,
                    self.y(*y) - 6.0,
                    ((to - from) * WIDE).max(2.0)
                );
            }
            Item::Begin { x, y, thick } => self.strands.push((*x, *thick, self.rows + y)),
            Item::End { x, y, thick } => {
                if let Some(at) = self.strands.iter().position(|s| (s.0, s.1) == (*x, *thick)) {
                    let (x, thick, from) = self.strands.remove(at);
                    self.strand(x, thick, from, self.rows + y);
                }
            }
        }
    }
}

impl Page for Sheet {
    fn band(&mut self, band: &Band) {
        // What is written later lies above: lines first, words last.
        let layer = |item: &Item| match item {
            Item::Line { .. } | Item::Begin { .. } | Item::End { .. } => 0,
            Item::Frame { .. } | Item::Gap { .. } => 1,
            _ => 2,
        };
        for wanted in 0..3 {
            band.items.iter().filter(|i| layer(i) == wanted).for_each(|i| self.item(i));
        }
        self.rows += band.high;
    }
}

/// Pixels of a drawing of so many columns.
pub fn pixels(columns: usize) -> f32 {
    columns as f32 * WIDE + 2.0 * MARGIN
}

/// The fewest pixels that a drawing of so many columns may be shown in.
pub fn readable(columns: usize) -> f32 {
    pixels(columns) * SMALLEST / 14.0
}

/// What a drawing stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Around {
    /// A file of its own: it says that it is XML, and has its style sheet and its paper.
    File,
    /// A page of HTML, where nothing may say that this is XML; the style sheet and the paper are the drawing's all the same.
    Page,
    /// A page that has the style sheet.
    Styled,
}

/// The picture in so many columns.
pub fn svg(picture: &dyn Picture, columns: usize, around: Around, id: &str) -> String {
    let mut sheet = Sheet { columns, rows: 0, strands: Vec::new(), under: String::new(), body: String::new() };
    picture.draw(columns, &mut sheet);
    for (x, thick, from) in std::mem::take(&mut sheet.strands) {
        let low = sheet.rows.saturating_sub(1);
        sheet.strand(x, thick, from, low);
    }
    let (wide, high) = (pixels(sheet.columns).ceil(), sheet.rows as f32 * HIGH + 2.0 * MARGIN);
    let mut out = String::with_capacity(sheet.body.len() + sheet.under.len() + 4096);
    if around == Around::File {
        out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    }
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide:.0} {high:.0}\" width=\"{wide:.0}\" height=\"{high:.0}\" \
         role=\"img\" aria-labelledby=\"{id}-title {id}-words\" xml:space=\"preserve\">\n<title id=\"{id}-title\">{}</title>\n\
         <desc id=\"{id}-words\">{}</desc>\n",
        escaped(&picture.title()),
        escaped(&picture.words())
    );
    if around == Around::Page {
        let _ = writeln!(out, "<style>@media screen{{svg{{min-width:{:.0}px}}}}</style>", readable(sheet.columns));
    }
    if around != Around::Styled {
        let _ = write!(out, "<style>{}</style>\n<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n", style());
    }
    out.push_str(&sheet.under);
    out.push_str(&sheet.body);
    out.push_str("</svg>\n");
    out
}
