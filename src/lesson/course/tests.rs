//! A lesson's file becomes its steps, and what is wrong in it is named with its line.

use super::*;
use crate::text::Lang;

const GOOD: &str = "\
---
title: The first address
level: beginner
minutes: 5
needs: files
covers: 7, 8
---
# The first address

An opening.

## Give it an address {#bind}

Nobody can call a socket without one.

```setup
other = socket inet stream
```

```predict
What does the kernel do if the port is taken?
- [ ] waits until it is free
- [x] refuses
  if bind fails with EADDRINUSE on other
> It refuses at once.
```

```try
bind server 127.0.0.1:{port}
```

```check
server is bound to 127.0.0.1:{port}
```

```hint
An address is written host:port.

The kernel
keeps it.
```

```also
bind server 127.0.0.1:0
```

```wrong server is bound to 127.0.0.1:{port}
listen server
> It listens, but where?
```

Behind it.

```python
x = 1
```
";

fn told(text: &str) -> Vec<(usize, &'static str)> {
    read(text, "x").1.iter().map(|f| (f.line, f.what.template.id)).collect()
}

#[test]
fn a_lesson_is_read_whole() {
    let (lesson, flaws) = read(GOOD, "address");
    assert_eq!(flaws, []);
    let lesson = lesson.unwrap();
    assert_eq!(
        (lesson.front.title.as_str(), lesson.front.minutes, &lesson.front.covers[..]),
        ("The first address", 5, &[7, 8][..])
    );
    assert_eq!(lesson.opening.0.len(), 1);
    let step = &lesson.steps[0];
    assert_eq!((step.id.as_str(), step.title.as_str(), step.line), ("bind", "Give it an address", 12));
    assert_eq!((step.text.0.len(), step.after.0.len()), (1, 2));
    assert_eq!(step.setup, [Line { line: 17, text: "other = socket inet stream".into() }]);
    let part = &step.parts[0];
    assert_eq!((part.tries[0].line, part.checks[0].line), (29, 33));
    assert_eq!(
        part.hints.iter().map(|h| h.text.as_str()).collect::<Vec<_>>(),
        ["An address is written host:port.", "The kernel\nkeeps it."]
    );
    let predict = &step.predicts[0];
    assert_eq!(predict.options.iter().map(|o| (o.line, o.right)).collect::<Vec<_>>(), [(22, false), (23, true)]);
    assert_eq!(predict.options[1].when.as_ref().map(|w| w.line), Some(24));
    assert_eq!(step.also[0][0].text, "bind server 127.0.0.1:0");
    assert_eq!(step.wrongs[0].reason, Reason::Unmet("server is bound to 127.0.0.1:{port}".into()));
    assert_eq!(step.wrongs[0].lines[0].line, 48);
}

#[test]
fn each_flaw_has_its_line() {
    assert_eq!(told("## x\n"), [(1, "front_missing")]);
    assert_eq!(told("---\ntitle: x\n"), [(1, "front_open")]);
    assert_eq!(
        told("---\ntitel: x\nlevel: hard\nminutes: soon\n---\n"),
        [(0, "no_steps"), (1, "front_needs"), (2, "front_key"), (3, "front_level"), (4, "front_minutes"),]
    );
    let body = |b: &str| format!("---\ntitle: x\nminutes: 5\n---\n{b}");
    assert_eq!(told(&body("## A step\n\n```check\ns is open\n```\n")), [(5, "step_no_id"), (8, "check_no_try")]);
    assert_eq!(told(&body("## A {#A b}\n\ntext\n")), [(5, "step_bad_id"), (5, "step_no_check")]);
    let step = "## A {#a}\n\n```try\ns = socket inet stream\n```\n\n```check\ns is opne\n```\n";
    let flaws = read(&body(step), "x").1;
    assert_eq!((flaws[0].line, flaws[0].span, flaws[0].hint.as_deref()), (12, Some((5, 9)), Some("open")));
    assert!(!flaws[0].what.plain(Lang::En).is_empty());
    let twice = step.replace("opne", "open");
    assert_eq!(told(&body(&format!("{twice}\n{twice}"))), [(15, "step_twice")]);
    assert_eq!(
        told(&body(&format!("{twice}\n```wrong EOOPS\nx\n```\n\n```predict\nq\n- [ ] a\n- [ ] b\n```\n"))),
        [(15, "wrong_reason"), (19, "predict_no_right"), (19, "predict_no_answer"),]
    );
    assert_eq!(told(&body(&format!("{twice}\n```hint\n```\n\n### deep\n\n```try\nx\n```\n"))).len(), 2);
    assert_eq!(told(&body(&format!("{twice}\n```chek\nx\n```\n"))), [(15, "fence_unknown")]);
    let run =
        |words: &str| told(&body(&twice.replacen("\n```try", &format!("\n```run{words}\nsleep 1\nsleep 2\n```\n\n```try"), 1)));
    assert_eq!((run(""), run(" until a")), (vec![], vec![]));
    assert_eq!((run(" until b"), run(" for ever")), (vec![(7, "run_until")], vec![(7, "run_words")]));
    let open = body("## A {#a}\n\n```try\ns = socket\n");
    assert_eq!(told(&open), [(5, "step_no_check"), (7, "fence_open"), (8, "try_no_check")]);
}

#[test]
fn two_languages_have_the_same_bones() {
    let lesson = |text: &str| read(text, "x").0.unwrap();
    let good = lesson(GOOD);
    assert_eq!(compare(&good, &lesson(&GOOD.replace("Nobody can call", "没有人"))), []);
    let differs = |from: &str, to: &str| {
        let flaws = compare(&good, &lesson(&GOOD.replace(from, to)));
        flaws.iter().map(|f| (f.line, f.what.template.id)).collect::<Vec<_>>()
    };
    let program = |words: &str| lesson(&GOOD.replace("```try\n", &format!("```run{words}\nsleep 1\n```\n\n```try\n")));
    let flaws = compare(&program(""), &program(" until bind"));
    assert_eq!(flaws.iter().map(|f| f.what.template.id).collect::<Vec<_>>(), ["differs_until"]);
    assert_eq!(differs("minutes: 5", "minutes: 6"), [(1, "differs_front")]);
    assert_eq!(differs("{#bind}", "{#bound}"), [(12, "differs_step")]);
    assert_eq!(differs("bind server 127.0.0.1:{port}\n", "bind server :{port}\n"), [(29, "differs_line")]);
    assert_eq!(differs("- [ ] waits", "- [x] waits"), [(20, "differs_predict")]);
    assert_eq!(differs("The kernel\n", "The kernel\n\n"), [(12, "differs_count")]);
}

#[test]
fn no_bytes_make_the_reader_fall_over() {
    for text in [
        "---\n---\n",
        "---",
        "---\n:\n---\n## {#}\n```predict\n- [\n```",
        "\u{feff}---\ntitle: \"\n---\n## x {#x}\n```wrong\n```\n",
    ] {
        read(text, "x");
    }
}
