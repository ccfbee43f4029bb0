//! What brings the programs of a sitting in the lab together: `lab.sock`, which makes the hosts, moves what is on the wire and runs each
//! host's program on its host.

use super::Remarks;
use super::plan::{Hand, Lab};
use crate::text::messages::code as words;
use std::collections::HashMap;
use std::fmt::Write;

/// The script's name in the folder.
pub const SCRIPT: &str = "lab.sock";
/// That of the program with which it waits for its turn.
pub const TURN: &str = "turn.sh";

/// How the script waits for its turn, and gives it on, as the programs do.
const TURN_TEXT: &str = "\
#!/bin/sh
case $1 in
new) : > turns ;;
wait)
    tries=0
    until grep -qx \"turn $2\" turns; do
        tries=$((tries + 1))
        [ $tries -lt 6000 ] || exit 1
        sleep 0.01
    done
    ;;
done) echo \"turn $2\" >> turns ;;
esac
";

/// The files beside the programs. `program`: what runs a host's program; `build`: what is to be typed before.
pub fn files(lab: &Lab, remarks: &Remarks<'_>, program: &dyn Fn(&str) -> String, build: Option<String>) -> Vec<(String, String)> {
    let turns = lab.hands.iter().any(|h| matches!(h, Hand::Turn(_) | Hand::Pass(_)))
        || lab.programs.iter().any(|p| p.acts.iter().any(|a| matches!(a, super::plan::Act::Turn(_) | super::plan::Act::Pass(_))));
    let mut script = Script { remarks, out: String::new(), jobs: 0, programs: HashMap::new() };
    script.remark(words::code_lab_title());
    match build {
        Some(how) => {
            script.remark(words::code_lab_build(how));
            script.remark(words::code_lab_run());
        }
        None => script.remark(words::code_lab_run_only()),
    }
    script.out.push('\n');
    let mut fresh = turns;
    let mut started = Vec::new();
    for hand in &lab.hands {
        // A program can run once there is a host.
        if let (true, Hand::Start(host)) = (fresh, hand) {
            fresh = false;
            script.remark(words::code_lab_turns());
            script.run(host, &format!("sh {TURN} new"));
        }
        if let Hand::Start(host) = hand {
            script.line(&format!("on {host} run {}", program(host)));
            script.jobs += 1;
            started.push(script.jobs);
        } else {
            script.hand(hand, lab.programs.first().and_then(|p| p.host()).unwrap_or_default());
        }
    }
    if !started.is_empty() {
        script.remark(words::code_lab_wait());
    }
    started.into_iter().for_each(|job| script.line(&format!("wait {job}")));
    let mut files = vec![(SCRIPT.to_string(), script.out)];
    files.extend(turns.then(|| (TURN.to_string(), TURN_TEXT.to_string())));
    files
}

struct Script<'a> {
    remarks: &'a Remarks<'a>,
    out: String,
    /// Jobs that the script has begun.
    jobs: u32,
    /// What it calls the programs of the sitting.
    programs: HashMap<u32, u32>,
}

impl Script<'_> {
    fn line(&mut self, line: &str) {
        let _ = writeln!(self.out, "{line}");
    }

    fn remark(&mut self, text: crate::text::Text) {
        let _ = writeln!(self.out, "# {}", self.remarks.say(text));
    }

    /// A program that is run to its end.
    fn run(&mut self, host: &str, program: &str) {
        self.jobs += 1;
        let _ = writeln!(self.out, "on {host} run {program}; wait {}", self.jobs);
    }

    fn hand(&mut self, hand: &Hand, anywhere: &str) {
        match hand {
            Hand::Line(line, program) => {
                self.line(line);
                if let Some(job) = program {
                    self.jobs += 1;
                    self.programs.insert(*job, self.jobs);
                }
            }
            Hand::Failed(line) => self.remark(words::code_lab_failed(&**line)),
            Hand::Job(word, job) => {
                if let Some(number) = self.programs.get(job).copied() {
                    self.line(&format!("{word} {number}"));
                }
            }
            Hand::Listens(host) => self.line(&format!("until {host} has a LISTEN")),
            Hand::Turn(number) => self.run(anywhere, &format!("sh {TURN} wait {number}")),
            Hand::Pass(number) => self.run(anywhere, &format!("sh {TURN} done {number}")),
            Hand::Start(_) => {}
        }
    }
}
