//! `cargo test --release -p outbound -- --ignored --nocapture requests_per_second`

use std::time::Instant;

use super::server::{Server, certificate, ok, tls};
use super::*;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures"]
async fn requests_per_second() {
    let own = certificate();
    let server = Server::tls(tls(&own, None), |_| ok("{\"id\":\"1\"}")).await;
    let client = client(Options { extra_roots: own.cert.pem(), ..inside() }).await;
    let url = format!("https://localhost:{}/", server.port);
    let (tasks, each) = (64, 500);
    let start = Instant::now();
    let running: Vec<_> = (0..tasks)
        .map(|_| {
            let (client, url) = (client.clone(), url.clone());
            tokio::spawn(async move {
                for _ in 0..each {
                    let request = Request { method: Method::POST, body: vec![b'a'; 1_000], ..get(&url) };
                    assert_eq!(client.ask(request).await.unwrap().status, 200);
                }
            })
        })
        .collect();
    for task in running {
        task.await.unwrap();
    }
    println!("{:.0} requests/s", f64::from(tasks * each) / start.elapsed().as_secs_f64());
}
