//! The queue, the timers, and the thread.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::watch;

use super::routes::{self, Selectors, Task, Who};
use super::see::See;
use super::{Cluster, Plan, Write, parts};
use crate::object;
use crate::status::Status;
use crate::store::{Happened, Kept, Key};

/// How many tasks are done before others get a turn on the thread.
const AT_ONCE: usize = 500;
/// How many changes are heard of at once.
const HEARD: usize = 1_000;
/// After what time a write that failed is tried again, the first time and at most.
const AGAIN: Duration = Duration::from_millis(50);
const AGAIN_AT_MOST: Duration = Duration::from_secs(30);
const FAILED: &str = "failed";

/// When the engine wants to run again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// At once: there is more to do.
    Now,
    /// When a timer rings, or something changes.
    At(Instant),
    /// When something changes.
    Change,
}

/// Hears of changes, asks controllers, carries out what they want.
pub struct Engine {
    cluster: Arc<dyn Cluster>,
    authority: String,
    heard: u64,
    queue: VecDeque<Task>,
    queued: HashSet<Task>,
    /// When tasks are to be done again, and why.
    timers: BTreeMap<Task, (Instant, &'static str)>,
    /// How often in a row a task could not be done.
    failed: HashMap<Task, u32>,
    selectors: Selectors,
    address: Cell<u16>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("heard", &self.heard)
            .field("queue", &self.queue)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// An engine that has heard of nothing yet. `authority` is the certificate (PEM) by which
    /// clients know the server.
    pub fn new(cluster: Arc<dyn Cluster>, authority: String) -> Self {
        let mut engine = Self {
            cluster,
            authority,
            heard: 0,
            queue: VecDeque::new(),
            queued: HashSet::new(),
            timers: BTreeMap::new(),
            failed: HashMap::new(),
            selectors: Selectors::default(),
            address: Cell::new(1),
        };
        engine.look_at_all();
        engine
    }

    /// Does what there is to do.
    pub fn settle(&mut self) -> Next {
        for _ in 0..AT_ONCE {
            self.hear();
            let first = self.timers.iter().min_by_key(|(_, (due, _))| *due);
            let first = first.map(|(task, (due, name))| (*due, *name, task.clone()));
            if let Some((due, name, task)) = &first
                && *due <= Instant::now()
            {
                self.timers.remove(task);
                self.turn(task.clone(), Some(name));
            } else if let Some(task) = self.queue.pop_front() {
                self.queued.remove(&task);
                self.turn(task, None);
            } else {
                return first.map_or(Next::Change, |(due, ..)| Next::At(due));
            }
        }
        Next::Now
    }

    /// Lets all timers ring at once.
    pub fn skip_waiting(&mut self) {
        let now = Instant::now();
        for (due, _) in self.timers.values_mut() {
            *due = now.min(*due);
        }
    }

    fn push(&mut self, task: Task) {
        if self.queued.insert(task.clone()) {
            self.queue.push_back(task);
        }
    }

    fn hear(&mut self) {
        loop {
            let Ok(changes) = self.cluster.store().changes(self.heard, HEARD) else {
                return self.look_at_all();
            };
            let Some(last) = changes.last() else {
                return;
            };
            self.heard = last.revision;
            let cluster = Arc::clone(&self.cluster);
            for change in changes {
                if change.happened == Happened::Deleted {
                    self.forget(&change.object.key);
                }
                self.selectors.hear(&change);
                for task in routes::of(cluster.store(), &self.selectors, &change) {
                    self.push(task);
                }
            }
        }
    }

    /// At the start, and when more happened than the store remembers.
    fn look_at_all(&mut self) {
        let cluster = Arc::clone(&self.cluster);
        self.heard = cluster.store().revision();
        let all = cluster.store().all();
        for kept in &all {
            self.selectors.keep(kept);
            self.address
                .set(self.address.get().max(address(kept).unwrap_or(0)));
        }
        self.push(Task {
            who: Who::Own,
            key: Key::new("/events", "", ""),
        });
        for kept in all {
            for task in routes::of_object(&kept) {
                self.push(task);
            }
        }
    }

    /// An object is gone: another of its name begins anew.
    fn forget(&mut self, key: &Key) {
        for task in routes::about(key) {
            self.timers.remove(&task);
            self.failed.remove(&task);
        }
    }

    /// Sets the timer of a task; one that has the name already goes on.
    fn set(&mut self, task: Task, timer: Option<(&'static str, Duration)>) {
        match timer {
            None => {
                self.timers.remove(&task);
            }
            Some((name, after)) => {
                let known = self.timers.get(&task).filter(|(_, known)| *known == name);
                if known.is_none() {
                    self.timers.insert(task, (Instant::now() + after, name));
                }
            }
        }
    }

    /// One task: asks its controller, and does what it wants.
    fn turn(&mut self, task: Task, rung: Option<&'static str>) {
        let plan = {
            let see = See {
                store: self.cluster.store(),
                key: &task.key,
                now: self.cluster.now(),
                rung,
                address: &self.address,
                authority: &self.authority,
            };
            routes::ask(&see, &task)
        };
        match self.carry_out(&plan) {
            Ok(()) => {
                self.failed.remove(&task);
                self.set(task, plan.timer);
            }
            // Somebody else was faster: at once again, with what is there now. What rang did.
            Err((_, status)) if status.code == 409 && self.fails(&task) < 5 => match rung {
                Some(name) => self.set(task, Some((name, Duration::ZERO))),
                None => self.push(task),
            },
            Err((write, status)) => {
                self.tell(&task, &plan, write, &status);
                let times = self.fails(&task).min(10);
                let wait = (AGAIN * 2_u32.pow(times)).min(AGAIN_AT_MOST);
                self.timers.insert(task, (Instant::now() + wait, FAILED));
            }
        }
    }

    fn fails(&mut self, task: &Task) -> u32 {
        let times = self.failed.entry(task.clone()).or_default();
        *times += 1;
        *times
    }

    fn carry_out<'p>(&self, plan: &'p Plan) -> Result<(), (&'p Write, Status)> {
        let create = |object: &Value| self.cluster.create(object.clone(), plan.manager);
        for write in &plan.writes {
            let done = match write {
                Write::Create(object) => create(object).map(|_| ()),
                Write::CreatePod(pod, owner) => create(pod).map(|name| {
                    let message = format!("Created pod: {name}");
                    // Events fail in silence.
                    let _ = create(&plan.event(owner, "Normal", "SuccessfulCreate", &message));
                }),
                Write::Update(object, part) => {
                    self.cluster.update(object.clone(), *part, plan.manager)
                }
                Write::Delete(key, removal) => self.cluster.delete(key, removal),
            };
            match (done, write) {
                (Ok(()), _) => {}
                // What is to be there is; what is to be gone is.
                (Err(status), Write::Create(_)) if status.reason == "AlreadyExists" => {}
                (Err(status), Write::Delete(..) | Write::Update(..)) if status.code == 404 => {}
                (Err(status), Write::Delete(..)) if status.code == 409 => {}
                // What happened is worth telling, not worth failing for.
                (Err(_), Write::Create(object)) if object["kind"] == "Event" => {}
                (Err(status), write) => return Err((write, status)),
            }
        }
        Ok(())
    }

    /// Says on the object concerned why another could not be made.
    fn tell(&self, task: &Task, plan: &Plan, write: &Write, status: &Status) {
        let (Write::Create(object) | Write::CreatePod(object, _)) = write else {
            return;
        };
        let Some(about) = self.cluster.store().get(&task.key) else {
            return;
        };
        let what = match parts::text(&object["kind"]) {
            "Pod" => String::new(),
            kind => format!(" {kind} {}", object::name(object)),
        };
        let message = format!("Error creating{what}: {}", status.message);
        let event = plan.event(&about.object(), "Warning", "FailedCreate", &message);
        let _ = self.cluster.create(event, plan.manager);
    }
}

/// The number of a pod's address.
fn address(kept: &Kept) -> Option<u16> {
    if &*kept.key.shelf != "/pods" {
        return None;
    }
    let address = parts::text(&kept.object()["status"]["podIP"]).parse::<Ipv4Addr>();
    let [_, _, high, low] = address.ok()?.octets();
    Some(u16::from_be_bytes([high, low]))
}

/// An engine on a thread of its own, until it is dropped.
#[derive(Debug)]
pub struct Driver {
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Driver {
    /// Starts it.
    ///
    /// # Errors
    /// When there can be no thread.
    pub fn start(cluster: Arc<dyn Cluster>, authority: String) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()?;
        let (stop, mut stopped) = watch::channel(false);
        let run = move || {
            let mut told = cluster.store().told();
            let mut engine = Engine::new(cluster, authority);
            runtime.block_on(async {
                while !*stopped.borrow() {
                    // What is told from here on is heard of, or wakes it.
                    told.borrow_and_update();
                    let next = engine.settle();
                    let rings = async {
                        match next {
                            Next::Now => {}
                            Next::At(due) => tokio::time::sleep_until(due.into()).await,
                            Next::Change => std::future::pending().await,
                        }
                    };
                    tokio::select! {
                        () = rings => {}
                        _ = told.changed() => {}
                        ended = stopped.changed() => if ended.is_err() { break },
                    }
                }
            });
        };
        let thread = std::thread::Builder::new().name("controllers".to_owned());
        Ok(Self {
            stop,
            thread: Some(thread.spawn(run)?),
        })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // A panic in it was told already, on standard error.
            let _ = thread.join();
        }
    }
}
