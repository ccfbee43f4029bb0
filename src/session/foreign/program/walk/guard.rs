//! Our own reader, asked of every line before it is said: one that it would refuse is pointed at instead.

use crate::call;
use crate::grammar::refusal::Why;
use crate::grammar::{Args, Handle, Lexed, Refusal, Word, World, lex};
use std::collections::BTreeSet;

/// The sockets that are open where the line stands. None of them exists: no descriptor is asked for anything.
struct Said<'a>(&'a BTreeSet<String>);

impl World for Said<'_> {
    fn find(&self, name: &str) -> Option<Handle> {
        self.0.contains(name).then_some(Handle { id: 0, fd: -1 })
    }

    fn names(&self) -> Vec<String> {
        self.0.iter().cloned().collect()
    }

    fn value(&self, _: &str, field: &str) -> Result<String, Why> {
        Ok(match field {
            "port" | "peer_port" => "9",
            "received" => "hex:00",
            _ => "127.0.0.1:9",
        }
        .to_string())
    }

    fn resolved(&self, _: &str, _: &str) -> Option<String> {
        Some("127.0.0.1:9".to_string())
    }

    fn round(&self) -> Option<u64> {
        Some(0)
    }
}

/// Why a line would be refused; none where it is read to its end. `call` is the line without the names that it makes.
pub(super) fn refusal(call: &str, open: &BTreeSet<String>) -> Option<Refusal> {
    let (world, mut lexed) = (Said(open), Lexed::default());
    if let Err(refusal) = lex(call, 0, Some(&world), &mut lexed) {
        return Some(refusal);
    }
    let word = |n: usize| lexed.tokens.get(n).map(|t| Word::new(call, &lexed, t));
    let first = word(0)?;
    let name = match first.bare_str()? {
        // Calls of send(2) until all is sent, with its words.
        "sendall" => "send",
        name => name,
    };
    let (command, taken) = call::command(name, word(1).and_then(|w| w.bare_str()))?;
    let mut args = Args::new(call, &lexed, taken, command.spec, &world, first.span);
    let read = (command.read)(&mut args).and_then(|_| args.finish());
    read.err().filter(|r| r.ask.is_none())
}
