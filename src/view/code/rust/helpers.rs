//! Functions that a Rust program may need. One that uses another stands behind it, so that reading from the end finds them all.

/// By the word that calls it.
pub const FUNCTIONS: &[(&str, &str)] = &[
    (
        "done",
        "fn done(answer: i32) -> io::Result<i32> {\n    if answer < 0 { Err(io::Error::last_os_error()) } else { Ok(answer) }\n}\n",
    ),
    (
        "ip",
        "fn ip(host: &str, port: u16) -> SockAddr {\n    SocketAddr::new(host.parse().expect(\"an IP address\"), port).into()\n}\n",
    ),
    ("port_of", "fn port_of(address: &SockAddr) -> u16 {\n    address.as_socket().expect(\"an IP address\").port()\n}\n"),
    (
        "fails",
        "/// The call fails with this errno, as it did in the sitting.\nfn fails<T>(call: io::Result<T>, errno: i32) {\n    assert_eq!(call.err().and_then(|e| e.raw_os_error()), Some(errno));\n}\n",
    ),
    (
        "filled",
        "/// The bytes that a call has put at the beginning of its room.\nfn filled(room: &[MaybeUninit<u8>], count: usize) -> Vec<u8> {\n    // SAFETY: the kernel wrote these bytes.\n    room.iter().take(count).map(|b| unsafe { b.assume_init() }).collect()\n}\n",
    ),
    (
        "received",
        "fn received(socket: &Socket, room: usize, flags: i32) -> io::Result<Vec<u8>> {\n    let mut room = vec![MaybeUninit::uninit(); room];\n    let count = socket.recv_with_flags(&mut room, flags)?;\n    Ok(filled(&room, count))\n}\n",
    ),
    (
        "received_from",
        "fn received_from(socket: &Socket, room: usize, flags: i32) -> io::Result<(Vec<u8>, SockAddr)> {\n    let mut room = vec![MaybeUninit::uninit(); room];\n    let (count, sender) = socket.recv_from_with_flags(&mut room, flags)?;\n    Ok((filled(&room, count), sender))\n}\n",
    ),
    (
        "option",
        "/// An option that is one int: getsockopt(2).\nfn option(socket: &Socket, level: i32, name: i32) -> io::Result<i32> {\n    let (mut value, mut length) = (0i32, 4);\n    // SAFETY: at most the four bytes of `value` are written.\n    done(unsafe { libc::getsockopt(socket.as_raw_fd(), level, name, (&raw mut value).cast(), &mut length) })?;\n    Ok(value)\n}\n",
    ),
    (
        "set_option",
        "/// setsockopt(2), for options that have no word in socket2.\nfn set_option(socket: &Socket, level: i32, name: i32, value: &[u8]) -> io::Result<()> {\n    // SAFETY: the bytes of `value` are read.\n    done(unsafe { libc::setsockopt(socket.as_raw_fd(), level, name, value.as_ptr().cast(), value.len() as u32) })?;\n    Ok(())\n}\n",
    ),
    (
        "status_flags",
        "fn status_flags(socket: &Socket) -> io::Result<i32> {\n    // SAFETY: only numbers are passed.\n    done(unsafe { libc::fcntl(socket.as_raw_fd(), libc::F_GETFL) })\n}\n",
    ),
    (
        "amount",
        "/// Bytes in a queue: FIONREAD to be received, TIOCOUTQ not yet acknowledged (tcp(7)).\nfn amount(socket: &Socket, request: libc::c_ulong) -> io::Result<i32> {\n    let mut value = 0i32;\n    // SAFETY: one int is written.\n    done(unsafe { libc::ioctl(socket.as_raw_fd(), request as _, &raw mut value) })?;\n    Ok(value)\n}\n",
    ),
    (
        "info",
        "/// TCP_INFO (tcp(7)).\nfn info(socket: &Socket) -> io::Result<libc::tcp_info> {\n    // SAFETY: numbers, of which zero is one; at most so many bytes are written.\n    let mut value: libc::tcp_info = unsafe { std::mem::zeroed() };\n    let mut length = size_of_val(&value) as u32;\n    done(unsafe { libc::getsockopt(socket.as_raw_fd(), libc::IPPROTO_TCP, libc::TCP_INFO, (&raw mut value).cast(), &mut length) })?;\n    Ok(value)\n}\n",
    ),
    (
        "polled",
        "fn polled(socket: &impl AsRawFd, events: i16) -> libc::pollfd {\n    libc::pollfd { fd: socket.as_raw_fd(), events, revents: 0 }\n}\n",
    ),
    (
        "poll",
        "/// poll(2): what is ready of each; a negative time is no limit.\nfn poll(list: &mut [libc::pollfd], milliseconds: i32) -> io::Result<Vec<i16>> {\n    // SAFETY: so many structures are read and written.\n    done(unsafe { libc::poll(list.as_mut_ptr(), list.len() as _, milliseconds) })?;\n    Ok(list.iter().map(|p| p.revents).collect())\n}\n",
    ),
    (
        "ready",
        "fn ready(socket: &Socket, events: i16) -> io::Result<bool> {\n    let mut polled = libc::pollfd { fd: socket.as_raw_fd(), events, revents: 0 };\n    // SAFETY: one structure is read and written.\n    Ok(done(unsafe { libc::poll(&mut polled, 1, 0) })? == 1)\n}\n",
    ),
    (
        "until",
        "/// Waits until it is so: the answer of another socket takes a moment to arrive.\nfn until(so: impl Fn() -> io::Result<bool>) -> io::Result<()> {\n    let begun = Instant::now();\n    while !so()? {\n        assert!(begun.elapsed() < Duration::from_secs(10));\n        std::thread::sleep(Duration::from_millis(1));\n    }\n    Ok(())\n}\n",
    ),
    (
        "written",
        "/// What the programs of all hosts and lab.sock have written so far: whose turn it is, and addresses that the kernel chose.\nfn written() -> io::Result<String> {\n    std::fs::read_to_string(\"turns\")\n}\n",
    ),
    (
        "tell",
        "fn tell(line: &str) -> io::Result<()> {\n    let mut file = File::options().append(true).create(true).open(\"turns\")?;\n    file.write_all(format!(\"{line}\\n\").as_bytes())\n}\n",
    ),
    (
        "told",
        "fn told(name: &str) -> io::Result<SockAddr> {\n    let all = written()?;\n    let line = all.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(' ')).expect(\"it was told\");\n    let (host, port) = line.split_once(' ').expect(\"a host and a port\");\n    Ok(ip(host, port.parse().expect(\"a port\")))\n}\n",
    ),
    (
        "turn",
        "/// Waits until what comes before this in the sitting has been done: on another host, or on the wire.\nfn turn(number: u32) -> io::Result<()> {\n    let wanted = format!(\"turn {number}\");\n    let begun = Instant::now();\n    while !written()?.lines().any(|l| l == wanted) {\n        assert!(begun.elapsed() < Duration::from_secs(60));\n        std::thread::sleep(Duration::from_millis(1));\n    }\n    Ok(())\n}\n",
    ),
    (
        "select",
        "/// select(2): the descriptors of each set that are ready.\nfn select(sets: [&[RawFd]; 3], limit: Option<Duration>) -> io::Result<[Vec<RawFd>; 3]> {\n    // SAFETY: fd_set is plain bits, and every descriptor is below FD_SETSIZE.\n    let mut bits: [libc::fd_set; 3] = unsafe { std::mem::zeroed() };\n    for (set, bits) in sets.iter().zip(&mut bits) {\n        set.iter().for_each(|fd| unsafe { libc::FD_SET(*fd, bits) });\n    }\n    let mut time = limit.map(|l| libc::timeval { tv_sec: l.as_secs() as _, tv_usec: l.subsec_micros() as _ });\n    let time = time.as_mut().map_or(std::ptr::null_mut(), |t| t as *mut _);\n    let [r, w, x] = &mut bits;\n    done(unsafe { libc::select(libc::FD_SETSIZE as i32, r, w, x, time) })?;\n    let left = |at: usize| sets[at].iter().copied().filter(|fd| unsafe { libc::FD_ISSET(*fd, &bits[at]) }).collect();\n    Ok([left(0), left(1), left(2)])\n}\n",
    ),
    (
        "epoll_create",
        "fn epoll_create() -> io::Result<OwnedFd> {\n    // SAFETY: a new descriptor, which nobody else has.\n    Ok(unsafe { OwnedFd::from_raw_fd(done(libc::epoll_create1(libc::EPOLL_CLOEXEC))?) })\n}\n",
    ),
    (
        "epoll_ctl",
        "fn epoll_ctl(epoll: &OwnedFd, op: i32, socket: &Socket, events: i32) -> io::Result<()> {\n    let mut event = libc::epoll_event { events: events as u32, u64: socket.as_raw_fd() as u64 };\n    // SAFETY: one structure is read.\n    done(unsafe { libc::epoll_ctl(epoll.as_raw_fd(), op, socket.as_raw_fd(), &mut event) })?;\n    Ok(())\n}\n",
    ),
    (
        "epoll_wait",
        "fn epoll_wait(epoll: &OwnedFd, most: usize, milliseconds: i32) -> io::Result<Vec<(i32, i32)>> {\n    let mut found = vec![libc::epoll_event { events: 0, u64: 0 }; most];\n    // SAFETY: at most so many structures are written.\n    let count = done(unsafe { libc::epoll_wait(epoll.as_raw_fd(), found.as_mut_ptr(), most as i32, milliseconds) })?;\n    Ok(found[..count as usize].iter().map(|e| (e.u64 as i32, e.events as i32)).collect())\n}\n",
    ),
    (
        "send_rights",
        "/// Descriptors go along with the bytes: SCM_RIGHTS (unix(7)).\nfn send_rights(socket: &Socket, data: &[u8], rights: &[&dyn AsRawFd]) -> io::Result<isize> {\n    let fds: Vec<i32> = rights.iter().map(|r| r.as_raw_fd()).collect();\n    let size = size_of_val(&fds[..]) as u32;\n    // u64: the room is aligned as a cmsghdr is.\n    let mut control = vec![0u64; unsafe { libc::CMSG_SPACE(size) } as usize / 8 + 1];\n    let mut part = libc::iovec { iov_base: data.as_ptr() as *mut _, iov_len: data.len() };\n    // SAFETY: every pointer is to something that lives until sendmsg has returned, and the control room is large enough.\n    unsafe {\n        let mut message: libc::msghdr = std::mem::zeroed();\n        (message.msg_iov, message.msg_iovlen) = (&mut part, 1);\n        message.msg_control = control.as_mut_ptr().cast();\n        message.msg_controllen = libc::CMSG_SPACE(size) as _;\n        let first = libc::CMSG_FIRSTHDR(&message);\n        (*first).cmsg_level = libc::SOL_SOCKET;\n        (*first).cmsg_type = libc::SCM_RIGHTS;\n        (*first).cmsg_len = libc::CMSG_LEN(size) as _;\n        std::ptr::copy_nonoverlapping(fds.as_ptr().cast(), libc::CMSG_DATA(first), size as usize);\n        let sent = libc::sendmsg(socket.as_raw_fd(), &message, 0);\n        if sent < 0 { Err(io::Error::last_os_error()) } else { Ok(sent) }\n    }\n}\n",
    ),
    (
        "received_rights",
        "/// Bytes, and the descriptors that came along.\nfn received_rights(socket: &Socket, room: usize) -> io::Result<(Vec<u8>, Vec<OwnedFd>)> {\n    let mut data = vec![0u8; room];\n    let mut control = [0u64; 128];\n    let mut part = libc::iovec { iov_base: data.as_mut_ptr().cast(), iov_len: room };\n    let mut rights = Vec::new();\n    // SAFETY: every pointer is to something that lives until recvmsg has returned; the descriptors are new and nobody else's.\n    unsafe {\n        let mut message: libc::msghdr = std::mem::zeroed();\n        (message.msg_iov, message.msg_iovlen) = (&mut part, 1);\n        message.msg_control = control.as_mut_ptr().cast();\n        message.msg_controllen = size_of_val(&control) as _;\n        let count = libc::recvmsg(socket.as_raw_fd(), &mut message, libc::MSG_CMSG_CLOEXEC);\n        if count < 0 {\n            return Err(io::Error::last_os_error());\n        }\n        data.truncate(count as usize);\n        let mut next = libc::CMSG_FIRSTHDR(&message);\n        while !next.is_null() {\n            if ((*next).cmsg_level, (*next).cmsg_type) == (libc::SOL_SOCKET, libc::SCM_RIGHTS) {\n                let count = ((*next).cmsg_len as usize - libc::CMSG_LEN(0) as usize) / 4;\n                let fds = libc::CMSG_DATA(next).cast::<i32>();\n                rights.extend((0..count).map(|i| OwnedFd::from_raw_fd(fds.add(i).read_unaligned())));\n            }\n            next = libc::CMSG_NXTHDR(&message, next);\n        }\n    }\n    Ok((data, rights))\n}\n",
    ),
    (
        "start",
        "/// A thread in which one call waits; it has entered its call before the next line runs.\nfn start<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {\n    let job = std::thread::spawn(call);\n    std::thread::sleep(Duration::from_millis(100));\n    job\n}\n",
    ),
    (
        "give_up",
        "/// Interrupts the call that a thread waits in.\nfn give_up<T>(job: JoinHandle<T>) -> T {\n    while !job.is_finished() {\n        // SAFETY: the thread has not been joined.\n        unsafe { libc::pthread_kill(job.as_pthread_t(), libc::SIGUSR1) };\n        std::thread::sleep(Duration::from_millis(20));\n    }\n    job.join().expect(\"a thread\")\n}\n",
    ),
    (
        "hear_signals",
        "/// A signal that is heard, and not restarted behind, interrupts a call: signal(7).\nfn hear_signals() {\n    extern \"C\" fn heard(_: i32) {}\n    // SAFETY: the handler does nothing.\n    unsafe {\n        let mut action: libc::sigaction = std::mem::zeroed();\n        action.sa_sigaction = heard as extern \"C\" fn(i32) as usize;\n        libc::sigaction(libc::SIGUSR1, &action, std::ptr::null_mut());\n    }\n}\n",
    ),
];
