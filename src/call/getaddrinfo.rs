//! getaddrinfo(3): the library function that turns names into addresses.

use super::{Arguments, Call, Cx, Filled, Outcome, Typed, Value};
use crate::grammar::kinds::{AnyWord, Flags, OneOf};
use crate::grammar::{Args, Example, Group, Param, Refusal, Spec};
use crate::kernel::resolve;
use crate::text::messages::summary as say;
use crate::vocabulary::{self as voc, Errno};
use serde::{Deserialize, Serialize};

static NAME: Param<AnyWord> = Param::one("node", AnyWord(say::what_host_service));
static FAMILY: Param<OneOf> = Param::optional("family", OneOf(&voc::FAMILIES));
static SOCKTYPE: Param<OneOf> = Param::optional("socktype", OneOf(&voc::TYPES));
static FLAGS: Param<Flags> = Param::any("flags", Flags(&voc::AI_FLAGS));

/// getaddrinfo(node, service, hints, res).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Getaddrinfo {
    pub node: String,
    pub service: String,
    pub family: i32,
    pub socktype: i32,
    pub protocol: i32,
    pub flags: i32,
}

impl Call for Getaddrinfo {
    const NAME: &'static str = "getaddrinfo";
    const SYS: &'static str = "getaddrinfo";
    const LIBRARY: bool = true;

    fn arguments(&self) -> Arguments<'_> {
        let text = |s: &'static str, v: &'_ str| (s, if v.is_empty() { Value::Null } else { Value::Text(v.to_string().into()) });
        let hints = vec![
            ("ai_family", Value::Const(voc::FAMILIES.name_or_number(self.family.into()))),
            ("ai_socktype", if self.socktype == 0 { Value::Int(0) } else { Value::Const(voc::type_name(self.socktype)) }),
            ("ai_flags", Value::Flags(voc::AI_FLAGS.flags(self.flags.into()))),
        ];
        vec![
            text("node", &self.node),
            text("service", &self.service),
            ("hints", Value::Struct(hints)),
            ("res", Value::Filled(Filled::Addresses)),
        ]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        let hints = resolve::Hints { family: self.family, kind: self.socktype, protocol: self.protocol, flags: self.flags };
        let (found, timing) = cx.run(|| resolve::resolve(&self.node, &self.service, hints, || cx.clock.kicked()));
        match found {
            Ok(found) => Outcome::new(Ok(0), timing).with(|o| {
                o.canonical = found.first().and_then(|f| f.canonical.clone());
                o.addresses = found;
            }),
            Err((code, errno)) => {
                // The function has numbers of its own (EAI_…); an errno stands behind EAI_SYSTEM alone.
                let mut outcome = Outcome::new(Err(Errno(errno)), timing);
                outcome = outcome.with(|o| o.eai = Some((resolve::eai_name(code).to_string(), resolve::eai_words(code))));
                outcome
            }
        }
    }
}

impl Typed for Getaddrinfo {
    const SPEC: &'static Spec = &Spec {
        name: "resolve",
        sub: None,
        also: &["getaddrinfo"],
        group: Group::Call,
        params: &[&NAME, &FAMILY, &SOCKTYPE, &FLAGS],
        summary: say::sum_resolve,
        examples: &[Example { before: "", line: "resolve localhost:80 inet stream" }],
        makes: (0, 0),
        moves: false,
        job: true,
    };

    fn read(args: &mut Args<'_>) -> Result<Getaddrinfo, Refusal> {
        let word = args.one(&NAME)?;
        let (node, service) = match word.strip_prefix('[').and_then(|w| w.split_once(']')) {
            Some((host, rest)) => (host.to_string(), rest.trim_start_matches(':').to_string()),
            None => match word.rsplit_once(':') {
                // An IPv6 address without a port has colons of its own.
                Some((host, service)) if !host.contains(':') => (host.to_string(), service.to_string()),
                _ => (word.clone(), String::new()),
            },
        };
        // The C library takes a port of 65536 and cuts it silently: we look first.
        if !service.is_empty() && service.bytes().all(|b| b.is_ascii_digit()) && service.parse::<u16>().is_err() {
            let span = args.ahead(0).map_or(args.command, |w| w.span);
            let span = args.lexed.tokens.get(args.at - 1).map_or(span, |t| (t.start, t.end));
            return Err(Refusal::bad(span, crate::text::messages::refusal::port_range(&service)));
        }
        let family = args.optional(&FAMILY)?.unwrap_or(0) as i32;
        let socktype = args.optional(&SOCKTYPE)?.unwrap_or(0) as i32;
        Ok(Getaddrinfo { node, service, family, socktype, protocol: 0, flags: args.flags(&FLAGS)? })
    }
}
