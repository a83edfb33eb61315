//! Archives and signatures.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use http::request::Parts;
use tokio::sync::mpsc::{self, Sender};

use super::{State, is_as_known, not_found};
use crate::answer::{self, Answer, error};
use crate::body::Body;
use crate::shelf::{Item, KEPT, Stamp};

/// Larger ones are sent in pieces of this size.
const PIECE: usize = 256 << 10;
/// A signature is no larger.
const LARGEST_PROV: u64 = 8 << 20;

/// Answers with the file at a place seen from the folder, or, in ChartMuseum's way, with the one
/// of that name wherever it is.
pub async fn get(state: &Arc<State>, parts: &Parts, place: &str, anywhere: bool) -> Answer {
    let archive = place.strip_suffix(".prov").unwrap_or(place);
    let Some(item) = find(state, archive, anywhere).await else {
        return not_found(state, parts);
    };
    let done = if archive.len() == place.len() {
        send(state, parts, &item).await
    } else {
        send_prov(state, parts, &item).await
    };
    match done {
        Ok(answer) => answer,
        Err(error) if error.kind() == io::ErrorKind::NotFound => not_found(state, parts),
        Err(_) => error(StatusCode::INTERNAL_SERVER_ERROR, "the file cannot be read"),
    }
}

async fn find(state: &Arc<State>, place: &str, anywhere: bool) -> Option<Arc<Item>> {
    let find = |stock: &crate::shelf::Stock| {
        if anywhere {
            stock.named(place).cloned()
        } else {
            stock.at(place).cloned()
        }
    };
    let item = find(&*state.stock().await)?;
    if is_as_known(&item) {
        return Some(item);
    }
    // It was written where it is.
    let stock = state.away(|state| state.shelf.look_closely()).await;
    find(&stock)
}

async fn send(state: &Arc<State>, parts: &Parts, item: &Arc<Item>) -> io::Result<Answer> {
    let kind = "application/gzip";
    let (mut head, part) = answer::file(&parts.headers, kind, &item.tag, item.stamp);
    let Some((start, end)) = part else {
        return Ok(head);
    };
    *head.body_mut() = if item.stamp.size > KEPT {
        let (sender, receiver) = mpsc::channel(2);
        let path = item.path.clone();
        tokio::task::spawn_blocking(move || pump(&path, start, end, &sender));
        Body::Pieces(receiver, end - start)
    } else {
        let bytes = match state.shelf.contents.get(&item.tag) {
            Some(bytes) => bytes,
            None => read(state, item).await?,
        };
        bytes.slice(start as usize..end as usize).into()
    };
    Ok(head)
}

/// Reads a small archive and keeps it.
async fn read(state: &Arc<State>, item: &Arc<Item>) -> io::Result<Bytes> {
    let item = Arc::clone(item);
    state
        .away(move |state| {
            let bytes = whole(&item.path, KEPT)?;
            if bytes.len() as u64 != item.stamp.size {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            state.shelf.contents.keep(&item.tag, &bytes);
            Ok(bytes)
        })
        .await
}

fn whole(path: &Path, most: u64) -> io::Result<Bytes> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    Ok(bytes.into())
}

/// Sends a part of a file, piece by piece, as fast as they are taken.
fn pump(path: &PathBuf, start: u64, end: u64, sender: &Sender<io::Result<Bytes>>) {
    let done = File::open(path).and_then(|mut file| {
        file.seek(SeekFrom::Start(start))?;
        let mut left = end - start;
        while left > 0 {
            let mut piece = vec![0; left.min(PIECE as u64) as usize];
            file.read_exact(&mut piece)?;
            left -= piece.len() as u64;
            if sender.blocking_send(Ok(piece.into())).is_err() {
                // Nobody wants it any more.
                return Ok(());
            }
        }
        Ok(())
    });
    if let Err(error) = done {
        let _ = sender.blocking_send(Err(error));
    }
}

async fn send_prov(state: &Arc<State>, parts: &Parts, item: &Arc<Item>) -> io::Result<Answer> {
    let path = item.prov();
    let read = state.away(move |_| {
        let stamp = Stamp::of(&path).ok_or(io::ErrorKind::NotFound)?;
        Ok::<_, io::Error>((whole(&path, LARGEST_PROV)?, stamp))
    });
    let (bytes, mut stamp) = read.await?;
    stamp.size = bytes.len() as u64;
    let digest = pintle_repo::content::hex(&pintle_repo::cache::digest(&bytes));
    let kind = "application/pgp-signature";
    let (mut head, part) = answer::file(&parts.headers, kind, &format!("\"{digest}\""), stamp);
    if let Some((start, end)) = part {
        *head.body_mut() = bytes.slice(start as usize..end as usize).into();
    }
    Ok(head)
}
