//! stub
use crate::event::{Inspection, Observation, SocketTable, Who};
use crate::kernel::{Addr, Place, probe};
pub fn observe(table: &mut SocketTable, id: u32) -> Option<Observation> {
    let kind = table.kind(id)?;
    let e = table.entry(id)?;
    if e.closing {
        return None;
    }
    Some(Observation {
        socket: Some(e.name.clone()),
        id: Some(id),
        fd: Some(e.fd),
        host: Place::Local,
        kind: Some(kind),
        probe: probe::look(e.fd, kind),
        kept_by: None,
    })
}
pub fn observe_all(table: &mut SocketTable) -> Vec<Observation> {
    let ids: Vec<u32> = table.entries().map(|e| e.id).collect();
    ids.into_iter().filter_map(|id| observe(table, id)).collect()
}
pub fn observe_kernel(_: &mut SocketTable) -> Vec<Observation> {
    Vec::new()
}
pub fn inspect(_: &mut SocketTable, _: u32) -> Option<Inspection> {
    None
}
pub fn who(_: &mut SocketTable, asked: &Addr) -> Who {
    Who { asked: asked.to_string(), holders: Vec::new(), hidden: false }
}
