//! A proxy between `piton` and a server, which looks at every message and decides what becomes of it.

use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How the client's messages are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Postgres,
    Mysql,
}

/// A message of the client's to the server.
pub struct Message<'a> {
    /// Which connection, from 1, in the order in which they came.
    pub connection: usize,
    /// Which message of this connection, from 1; the one that opens it counts.
    pub number: usize,
    pub bytes: &'a [u8],
}

impl Message<'_> {
    /// Whether this text is in it, in whatever case.
    pub fn has(&self, text: &str) -> bool {
        let own = String::from_utf8_lossy(self.bytes).to_ascii_lowercase();
        own.contains(&text.to_ascii_lowercase())
    }
}

type Action = Box<dyn FnOnce() + Send>;

/// What becomes of a message.
pub enum Fate {
    Pass,
    /// It goes on after a while.
    Delay(Duration),
    /// It goes on; then this is done, while the server may be at it.
    Then(Action),
    /// It goes on; when the server begins to answer, this is done first.
    Answered(Action),
    /// It does not go on: both ends are cut.
    Cut,
    /// So many bytes of it go on, then both ends are cut.
    CutWithin(usize),
    /// It goes on, and when the server answers the client is cut off and hears nothing of it.
    CutUnanswered,
    /// It goes nowhere, nor does anything after it, either way; the connection stays open.
    Swallow,
    /// It goes on, but from here on nothing comes back and nothing more goes out.
    SwallowAnswer,
}

type Judge = Box<dyn FnMut(&Message<'_>) -> Fate + Send>;

/// Listens until it is dropped.
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    server: String,
    protocol: Protocol,
    judge: Mutex<Judge>,
    /// New connections are taken and lead nowhere.
    deaf: AtomicBool,
    over: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

/// What goes on on one connection, beside its bytes.
#[derive(Default)]
struct Line {
    mode: AtomicU8,
    on_answer: Mutex<Option<Action>>,
}

/// PostgreSQL's SSLRequest, whole.
const WANTS_TLS: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

const OPEN: u8 = 0;
const SWALLOWING: u8 = 1;
const CUT_WHEN_ANSWERED: u8 = 2;

impl Proxy {
    /// A proxy before `server` (`127.0.0.1:5432`) that asks `judge` about every message.
    pub fn new(
        server: &str,
        protocol: Protocol,
        judge: impl FnMut(&Message<'_>) -> Fate + Send + 'static,
    ) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let shared = Arc::new(Shared {
            server: server.to_owned(),
            protocol,
            judge: Mutex::new(Box::new(judge)),
            deaf: AtomicBool::new(false),
            over: AtomicBool::new(false),
            open: Mutex::default(),
        });
        let own = shared.clone();
        std::thread::spawn(move || {
            for (i, client) in listener.incoming().enumerate() {
                if own.over.load(Ordering::SeqCst) {
                    break;
                }
                if let Ok(client) = client {
                    own.serve(client, i + 1);
                }
            }
        });
        Proxy { port, shared }
    }

    /// As [`Proxy::new`], for the server of a test's database.
    pub fn of(
        database: &crate::support::Database,
        judge: impl FnMut(&Message<'_>) -> Fate + Send + 'static,
    ) -> Proxy {
        let protocol = match database.backend() {
            crate::support::Backend::Postgres => Protocol::Postgres,
            _ => Protocol::Mysql,
        };
        Proxy::new(&database.address(), protocol, judge)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The same URL, through this proxy.
    pub fn url(&self, url: &str) -> String {
        url.replace(&self.shared.server, &format!("127.0.0.1:{}", self.port))
    }

    /// Another judge from here on.
    pub fn judge(&self, judge: impl FnMut(&Message<'_>) -> Fate + Send + 'static) {
        *self.shared.judge.lock().expect("no panic") = Box::new(judge);
    }

    /// New connections are taken from here on, and lead nowhere.
    pub fn becomes_deaf(&self) {
        self.shared.deaf.store(true, Ordering::SeqCst);
    }

    /// Cuts every connection that is open.
    pub fn cut_all(&self) {
        for stream in self.shared.open.lock().expect("no panic").drain(..) {
            drop(stream.shutdown(Shutdown::Both));
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        self.cut_all();
    }
}

impl Shared {
    fn serve(self: &Arc<Self>, client: TcpStream, number: usize) {
        let mut open = self.open.lock().expect("no panic");
        open.extend(client.try_clone());
        if self.deaf.load(Ordering::SeqCst) {
            // Kept by the copy, until the proxy is dropped.
            return;
        }
        let Ok(server) = TcpStream::connect(&self.server) else {
            drop(client.shutdown(Shutdown::Both));
            return;
        };
        open.extend(server.try_clone());
        drop(open);
        for stream in [&client, &server] {
            drop(stream.set_nodelay(true));
        }
        let line = Arc::new(Line::default());
        if let (Ok(from), Ok(to)) = (server.try_clone(), client.try_clone()) {
            let line = line.clone();
            std::thread::spawn(move || answers(from, to, &line));
        }
        let shared = self.clone();
        std::thread::spawn(move || shared.requests(client, server, &line, number));
    }

    /// From the client to the server, message by message.
    fn requests(&self, mut client: TcpStream, mut server: TcpStream, line: &Line, number: usize) {
        let mut reader = Messages::new(self.protocol);
        let mut buffer = [0; 16 * 1024];
        let mut count = 0;
        'reading: while let Ok(n @ 1..) = client.read(&mut buffer) {
            reader.bytes.extend(&buffer[..n]);
            while let Some(message) = reader.next() {
                count += 1;
                if line.mode.load(Ordering::SeqCst) != OPEN {
                    continue;
                }
                if self.protocol == Protocol::Postgres && message == WANTS_TLS {
                    // What is encrypted could not be judged.
                    drop(client.write_all(b"N"));
                    continue;
                }
                let fate = (self.judge.lock().expect("no panic"))(&Message {
                    connection: number,
                    number: count,
                    bytes: &message,
                });
                if !carry_out(fate, &message, &mut server, line) {
                    break 'reading;
                }
            }
        }
        if line.mode.load(Ordering::SeqCst) != OPEN {
            // A server that is still at it is left to finish; it hears of the end like any other.
            drop(server.shutdown(Shutdown::Write));
            return;
        }
        drop(server.shutdown(Shutdown::Both));
        drop(client.shutdown(Shutdown::Both));
    }
}

/// `false`: the connection is over.
fn carry_out(fate: Fate, message: &[u8], server: &mut TcpStream, line: &Line) -> bool {
    match fate {
        Fate::Pass => {}
        Fate::Delay(time) => std::thread::sleep(time),
        Fate::Then(action) => {
            let sent = server.write_all(message).is_ok();
            action();
            return sent;
        }
        Fate::Answered(action) => {
            *line.on_answer.lock().expect("no panic") = Some(action);
        }
        Fate::Cut => return false,
        Fate::CutWithin(bytes) => {
            drop(server.write_all(&message[..bytes.min(message.len())]));
            return false;
        }
        Fate::CutUnanswered => line.mode.store(CUT_WHEN_ANSWERED, Ordering::SeqCst),
        Fate::Swallow => {
            line.mode.store(SWALLOWING, Ordering::SeqCst);
            return true;
        }
        Fate::SwallowAnswer => line.mode.store(SWALLOWING, Ordering::SeqCst),
    }
    server.write_all(message).is_ok()
}

/// From the server to the client.
fn answers(mut server: TcpStream, mut client: TcpStream, line: &Line) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(n @ 1..) = server.read(&mut buffer) {
        if let Some(action) = line.on_answer.lock().expect("no panic").take() {
            action();
        }
        match line.mode.load(Ordering::SeqCst) {
            OPEN => {
                if client.write_all(&buffer[..n]).is_err() {
                    break;
                }
            }
            SWALLOWING => {}
            _ => drop(client.shutdown(Shutdown::Both)),
        }
    }
    if line.mode.load(Ordering::SeqCst) != SWALLOWING {
        drop(client.shutdown(Shutdown::Both));
    }
}

/// A stream of bytes, cut into the client's messages.
struct Messages {
    protocol: Protocol,
    /// PostgreSQL: what opens a connection has no letter before its length.
    opened: bool,
    bytes: VecDeque<u8>,
}

impl Messages {
    fn new(protocol: Protocol) -> Messages {
        Messages {
            protocol,
            opened: false,
            bytes: VecDeque::new(),
        }
    }

    fn next(&mut self) -> Option<Vec<u8>> {
        const WANTS_TLS_OR_CANCELS: std::ops::RangeInclusive<u32> = 80_877_102..=80_877_104;
        let bytes = self.bytes.make_contiguous();
        let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        let length = match self.protocol {
            Protocol::Postgres if self.opened => number(1)? as usize + 1,
            Protocol::Postgres => {
                let length = number(0)? as usize;
                self.opened = !WANTS_TLS_OR_CANCELS.contains(&number(4)?);
                length
            }
            Protocol::Mysql => {
                let head = bytes.get(..4)?;
                u32::from_le_bytes([head[0], head[1], head[2], 0]) as usize + 4
            }
        };
        (self.bytes.len() >= length).then(|| self.bytes.drain(..length).collect())
    }
}
