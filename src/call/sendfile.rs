//! sendfile(2): from a file into a socket, inside the kernel.

use super::params::{SOCKFD, file_in};
use super::{Arguments, Call, Cx, Outcome, Typed, Value};
use crate::grammar::kinds::Size;
use crate::grammar::spec::Kind;
use crate::grammar::{Args, Candidate, Example, Group, Handle, Param, Refusal, Spec, Word, World};
use crate::kernel::sys;
use crate::text::Text;
use crate::text::messages::summary as say;
use serde::{Deserialize, Serialize};

/// A word `file:PATH`: the descriptor of the file, opened for this line.
pub struct FileKind;

impl Kind for FileKind {
    type Out = Handle;
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        word.bare_str().is_some_and(|w| w.starts_with("file:"))
    }
    fn read(&self, args: &mut Args<'_>, word: Word<'_>) -> Result<Handle, Refusal> {
        file_in(args, &word)
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        let path = prefix.strip_prefix("file:").unwrap_or("");
        crate::grammar::kinds::paths(path).into_iter().map(|c| Candidate::new(format!("file:{}", c.word))).collect()
    }
    fn what(&self) -> Text {
        say::what_file()
    }
}

static IN_FD: Param<FileKind> = Param::one("in_fd", FileKind);
static OFFSET: Param<Size> = Param::optional("offset", Size);
static COUNT: Param<Size> = Param::optional("count", Size);

/// sendfile(out_fd, in_fd, offset, count).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sendfile {
    pub out_fd: Handle,
    pub in_fd: i32,
    pub offset: Option<u64>,
    pub count: u64,
}

impl Call for Sendfile {
    const NAME: &'static str = "sendfile";
    const SYS: &'static str = "sendfile";

    fn on(&self) -> Option<Handle> {
        Some(self.out_fd)
    }

    fn arguments(&self) -> Arguments<'_> {
        vec![
            ("out_fd", Value::Fd(self.out_fd.fd)),
            ("in_fd", Value::Fd(self.in_fd)),
            ("offset", self.offset.map_or(Value::Null, |o| Value::List(vec![Value::Len(o)]))),
            ("count", Value::Len(self.count)),
        ]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        let offset = self.offset.map(|o| o as i64);
        let ((ret, after), timing) = cx.run(|| sys::sendfile(self.out_fd.fd, self.in_fd, offset, self.count as usize));
        let outcome = Outcome::new(ret, timing);
        match after {
            Some(at) if cx.record => outcome.with(|o| o.int = Some(at)),
            _ => outcome,
        }
    }
}

impl Typed for Sendfile {
    const SPEC: &'static Spec = &Spec {
        name: "sendfile",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SOCKFD, &IN_FD, &OFFSET, &COUNT],
        summary: say::sum_sendfile,
        examples: &[Example { before: "a b = socketpair unix stream", line: "sendfile a file:/etc/hostname" }],
        makes: (0, 0),
        moves: false,
        job: true,
    };

    fn read(args: &mut Args<'_>) -> Result<Sendfile, Refusal> {
        let out_fd = args.handle()?;
        let in_fd = args.one(&IN_FD)?.fd;
        // One number is the count, two are offset and count: as the call has them.
        let first = args.optional(&OFFSET)?;
        let second = args.optional(&COUNT)?;
        let (offset, count) = match (first, second) {
            (Some(offset), Some(count)) => (Some(offset), count),
            (count, None) => (None, count.unwrap_or(0x7fff_f000)),
            (None, Some(_)) => (None, 0),
        };
        Ok(Sendfile { out_fd, in_fd, offset, count })
    }
}
