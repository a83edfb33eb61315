//! The queue, the timers, and the thread.

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::io;
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
use crate::store::{Happened, Key};

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

#[derive(Debug, Clone, Copy)]
struct Timer {
    name: &'static str,
    due: Instant,
}

/// Hears of changes, asks controllers, carries out what they want.
pub struct Engine {
    cluster: Arc<dyn Cluster>,
    authority: String,
    heard: u64,
    queue: VecDeque<Task>,
    queued: HashSet<Task>,
    timers: HashMap<Task, Timer>,
    due: BTreeSet<(Instant, Task)>,
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
            timers: HashMap::new(),
            due: BTreeSet::new(),
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
            let rung = self.rung();
            let task = match rung {
                Some((task, name)) => Some((task, Some(name))),
                None => self.queue.pop_front().map(|task| (task, None)),
            };
            let Some((task, rung)) = task else {
                return match self.due.first() {
                    Some((due, _)) => Next::At(*due),
                    None => Next::Change,
                };
            };
            if rung.is_none() {
                self.queued.remove(&task);
            }
            self.turn(task, rung);
        }
        Next::Now
    }

    /// Lets all timers ring at once.
    pub fn skip_waiting(&mut self) {
        let now = Instant::now();
        for (task, timer) in &mut self.timers {
            timer.due = timer.due.min(now);
            self.due.insert((timer.due, task.clone()));
        }
        let timers = &self.timers;
        let known =
            |due: &Instant, task: &Task| timers.get(task).is_some_and(|one| one.due == *due);
        self.due.retain(|(due, task)| known(due, task));
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
            self.address.set(self.address.get().max(address(kept)));
        }
        self.push(Task {
            who: Who::Events,
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
        for who in routes::about(&key.shelf) {
            let task = Task {
                who: *who,
                key: key.clone(),
            };
            self.clear(&task);
            self.failed.remove(&task);
        }
    }

    fn clear(&mut self, task: &Task) {
        if let Some(timer) = self.timers.remove(task) {
            self.due.remove(&(timer.due, task.clone()));
        }
    }

    fn rung(&mut self) -> Option<(Task, &'static str)> {
        let (due, _) = self.due.first()?;
        if *due > Instant::now() {
            return None;
        }
        let (_, task) = self.due.pop_first()?;
        let name = self.timers.remove(&task)?.name;
        Some((task, name))
    }

    fn set(&mut self, task: &Task, timer: Option<(&'static str, Duration)>) {
        let Some((name, after)) = timer else {
            return self.clear(task);
        };
        if self.timers.get(task).is_some_and(|one| one.name == name) {
            return;
        }
        self.clear(task);
        let due = Instant::now() + after;
        self.timers.insert(task.clone(), Timer { name, due });
        self.due.insert((due, task.clone()));
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
        match self.carry_out(task.who, &plan) {
            Ok(()) => {
                self.failed.remove(&task);
                self.set(&task, plan.timer);
            }
            // Somebody else was faster: at once again, with what is there now. What rang did.
            Err((_, status)) if status.code == 409 && self.fails(&task) < 5 => match rung {
                Some(name) => self.set(&task, Some((name, Duration::ZERO))),
                None => self.push(task),
            },
            Err((write, status)) => {
                self.tell(&task, write, &status);
                let times = self.fails(&task).min(10);
                let wait = (AGAIN * 2_u32.pow(times)).min(AGAIN_AT_MOST);
                self.clear(&task);
                self.set(&task, Some((FAILED, wait)));
            }
        }
    }

    fn fails(&mut self, task: &Task) -> u32 {
        let times = self.failed.entry(task.clone()).or_default();
        *times += 1;
        *times
    }

    fn carry_out<'p>(&self, who: Who, plan: &'p Plan) -> Result<(), (&'p Write, Status)> {
        for write in &plan.writes {
            let done = match write {
                Write::Create(object) => self
                    .cluster
                    .create(object.clone(), plan.manager)
                    .map(|_| ()),
                Write::CreatePod(pod, owner) => {
                    self.cluster.create(pod.clone(), plan.manager).map(|name| {
                        let message = format!("Created pod: {name}");
                        self.event(who, owner, (false, "SuccessfulCreate", &message));
                    })
                }
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

    fn event(&self, who: Who, about: &Value, (is_bad, reason, message): (bool, &str, &str)) {
        let mut plan = Plan::of(who, self.cluster.now());
        if is_bad {
            plan.warn(about, reason, message);
        } else {
            plan.tell(about, reason, message);
        }
        // Events fail in silence.
        let _ = self.carry_out(who, &plan);
    }

    /// Says on the object concerned why another could not be made.
    fn tell(&self, task: &Task, write: &Write, status: &Status) {
        let (Write::Create(object) | Write::CreatePod(object, _)) = write else {
            return;
        };
        let Some(about) = self.cluster.store().get(&task.key) else {
            return;
        };
        let message = match parts::text(&object["kind"]) {
            "Pod" => format!("Error creating: {}", status.message),
            kind => format!(
                "Error creating {kind} {}: {}",
                object::name(object),
                status.message
            ),
        };
        let what = (true, "FailedCreate", message.as_str());
        self.event(task.who, &about.object(), what);
    }
}

/// The number of a pod's address.
fn address(kept: &crate::store::Kept) -> u16 {
    if &*kept.key.shelf != "/pods" {
        return 0;
    }
    let object = kept.object();
    let mut bytes = parts::text(&object["status"]["podIP"]).split('.').skip(2);
    let mut byte = || bytes.next().and_then(|one| one.parse::<u8>().ok());
    match (byte(), byte()) {
        (Some(high), Some(low)) => u16::from_be_bytes([high, low]),
        _ => 0,
    }
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
