//! The application in `examples/sessions.rs`, driven through HTTP.

use piton::session::{SessionOptions, Sessions};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

#[expect(
    dead_code,
    reason = "what the example does before it listens is not driven"
)]
#[path = "../../examples/sessions.rs"]
mod application;

/// A browser: it keeps its cookie.
struct Browser {
    port: u16,
    agent: &'static str,
    cookie: String,
}

impl Browser {
    fn new(port: u16, agent: &'static str) -> Browser {
        let cookie = String::new();
        Browser {
            port,
            agent,
            cookie,
        }
    }

    /// The status, and the body where it is JSON.
    async fn send(&mut self, method: &str, path: &str, form: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: {}\r\nCookie: other=1; {}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            self.agent,
            self.cookie,
            form.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        for line in head.lines() {
            if let Some(cookie) = line.strip_prefix("set-cookie: ") {
                assert!(cookie.contains("HttpOnly"), "{cookie}");
                self.cookie = cookie.split(';').next().unwrap().to_owned();
            }
        }
        (status, serde_json::from_str(body).unwrap_or_default())
    }
}

crate::on_redis! {
    [standalone, cluster] async fn a_user_sees_two_devices_and_logs_one_of_them_out_redis(redis) {
        let connection = redis.connect().await;
        let sessions = Sessions::new(&connection, SessionOptions::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let serving = tokio::spawn(async move {
            axum::serve(listener, application::application(sessions)).await
        });
        let (mut phone, mut laptop) = (Browser::new(port, "Phone"), Browser::new(port, "Laptop"));
        assert_eq!(phone.send("GET", "/me", "").await.0, 401);
        for browser in [&mut phone, &mut laptop] {
            let (status, me) = browser.send("POST", "/login", "user=%E8%80%81%E5%B8%88").await;
            assert_eq!((status, me["user"].as_str()), (200, Some("老师")));
            assert!(!me.to_string().contains(browser.cookie.split('.').nth(1).unwrap()));
        }
        let (_, devices) = phone.send("GET", "/devices", "").await;
        let devices = devices.as_array().unwrap();
        assert_eq!(devices.len(), 2);
        let of = |agent: &str| devices.iter().find(|one| one["device"] == agent).unwrap();
        assert_eq!((&of("Phone")["this"], &of("Laptop")["this"]), (&true.into(), &false.into()));

        // Another user cannot end it.
        let mut stranger = Browser::new(port, "Other");
        stranger.send("POST", "/login", "user=u").await;
        let path = format!("/devices/{}", of("Laptop")["id"].as_str().unwrap());
        assert_eq!(stranger.send("DELETE", &path, "").await.0, 404);
        assert_eq!(laptop.send("GET", "/me", "").await.0, 200);
        assert_eq!(phone.send("DELETE", "/devices/nonsense", "").await.0, 404);

        assert_eq!(phone.send("DELETE", &path, "").await.0, 204);
        assert_eq!(laptop.send("GET", "/me", "").await.0, 401);
        assert_eq!(phone.send("GET", "/me", "").await.0, 200);
        assert_eq!(phone.send("DELETE", &path, "").await.0, 404);

        laptop.send("POST", "/login", "user=%E8%80%81%E5%B8%88").await;
        assert_eq!(laptop.send("POST", "/logout-everywhere", "").await.0, 204);
        assert_eq!((phone.send("GET", "/me", "").await.0, laptop.send("GET", "/me", "").await.0), (401, 401));
        assert_eq!(stranger.send("POST", "/logout", "").await.0, 204);
        assert_eq!(stranger.send("GET", "/me", "").await.0, 401);
        for server in &mut redis.servers {
            server.kill();
        }
        serving.abort();
    }
}
