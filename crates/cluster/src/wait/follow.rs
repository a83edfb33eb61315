//! Following objects by watching them.

use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Duration;

use futures::StreamExt;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use super::{End, WaitOptions, until_cancelled};
use crate::client::WatchEvent;
use crate::error::Error;
use crate::objects::{Resource, ResourceKind, escape};
use crate::ready::{Progress, Readiness};
use crate::{Cluster, ListOptions};

/// The rule by which an object is judged.
pub(super) type Judge<'a> = &'a (dyn Fn(&Value) -> Readiness + Send + Sync);

/// With this many objects of one kind in one namespace, one watch of all of them is cheaper than
/// one for each.
const TOGETHER: usize = 4;
/// How long to wait before a list or watch that broke is begun again.
const PAUSE: Duration = Duration::from_secs(1);
/// How often objects are asked for when they cannot be watched.
const POLL: Duration = Duration::from_secs(2);
/// How often rules that depend on the time are applied again.
const TICK: Duration = Duration::from_secs(5);

/// Objects that are followed by one watch.
#[derive(Debug, Clone)]
struct Group {
    kind: ResourceKind,
    namespace: String,
    /// Names and their places among the resources: an object may be there more than once, as a
    /// definition is that several subcharts bring along.
    members: BTreeMap<String, Vec<usize>>,
}

/// News of one object: its places, and how it is now.
type News = (Vec<usize>, Option<Value>);

/// Follows objects until `decided`, or until time runs out or the user asks to stop.
///
/// # Errors
/// The user may not read the objects.
pub(super) async fn follow(
    cluster: &Cluster,
    resources: &[Resource],
    options: &WaitOptions,
    judge: Judge<'_>,
    decided: &(dyn Fn(&[Readiness]) -> bool + Send + Sync),
) -> Result<(Vec<Readiness>, End), Error> {
    let unknown = Readiness::new(Progress::Unknown, "");
    let mut states = vec![unknown; resources.len()];
    if decided(&states) {
        return Ok((states, End::Decided));
    }
    let deadline = Instant::now() + options.limit();
    let (sender, mut news) = mpsc::channel(64);
    // Dropped at the end, which ends every watch.
    let mut watches = JoinSet::new();
    for group in groups(resources) {
        watches.spawn(watch_group(cluster.clone(), group, sender.clone()));
    }
    drop(sender);
    let mut objects: Vec<Option<Value>> = vec![None; resources.len()];
    let mut cancelled = pin!(until_cancelled(&options.cancelled));
    loop {
        let changed = tokio::select! {
            () = &mut cancelled => return Ok((states, End::Cancelled)),
            () = sleep_until(deadline) => return Ok((states, End::Deadline)),
            () = sleep(TICK) => None,
            received = news.recv() => match received {
                Some(Ok(news)) => Some(news),
                Some(Err(error)) => return Err(error),
                None => return Ok((states, End::Deadline)),
            },
        };
        match changed {
            Some((places, object)) => {
                let state = object.as_ref().map_or_else(Readiness::not_found, judge);
                for (number, place) in places.into_iter().enumerate() {
                    if number == 0 {
                        tell(
                            options,
                            &resources[place],
                            &mut states[place],
                            state.clone(),
                        );
                    } else {
                        states[place] = state.clone();
                    }
                    objects[place].clone_from(&object);
                }
            }
            None => {
                for (place, object) in objects.iter().enumerate() {
                    if let Some(object) = object {
                        tell(
                            options,
                            &resources[place],
                            &mut states[place],
                            judge(object),
                        );
                    }
                }
            }
        }
        if decided(&states) {
            return Ok((states, End::Decided));
        }
    }
}

fn tell(options: &WaitOptions, resource: &Resource, state: &mut Readiness, new: Readiness) {
    if *state != new {
        if let Some(on_progress) = &options.on_progress {
            on_progress(&resource.reference(), &new);
        }
        *state = new;
    }
}

fn groups(resources: &[Resource]) -> Vec<Group> {
    let mut together: BTreeMap<(String, String), Group> = BTreeMap::new();
    for (place, resource) in resources.iter().enumerate() {
        let key = (resource.kind.path(""), resource.namespace.clone());
        let group = together.entry(key).or_insert_with(|| Group {
            kind: resource.kind.clone(),
            namespace: resource.namespace.clone(),
            members: BTreeMap::new(),
        });
        let places = group.members.entry(resource.name.clone());
        places.or_default().push(place);
    }
    let mut out = Vec::new();
    for group in together.into_values() {
        if group.members.len() >= TOGETHER {
            out.push(group);
            continue;
        }
        for (name, places) in &group.members {
            out.push(Group {
                members: BTreeMap::from([(name.clone(), places.clone())]),
                ..group.clone()
            });
        }
    }
    out
}

impl Group {
    fn fields(&self) -> String {
        match self.members.keys().next() {
            Some(name) if self.members.len() == 1 => format!("metadata.name={name}"),
            _ => String::new(),
        }
    }

    fn places(&self, object: &Value) -> Option<&Vec<usize>> {
        let name = object.pointer("/metadata/name")?.as_str()?;
        self.members.get(name)
    }
}

async fn watch_group(cluster: Cluster, group: Group, sender: mpsc::Sender<Result<News, Error>>) {
    loop {
        match watch_once(&cluster, &group, &sender).await {
            Ok(()) => {}
            // Without the right to list there may still be the one to get.
            Err(error) if error.is_forbidden() || matches!(error.code(), Some(405)) => {
                return poll_group(&cluster, &group, &sender).await;
            }
            Err(_) => sleep(PAUSE).await,
        }
        if sender.is_closed() {
            return;
        }
    }
}

/// Lists, then watches until the server ends the watch.
async fn watch_once(
    cluster: &Cluster,
    group: &Group,
    sender: &mpsc::Sender<Result<News, Error>>,
) -> Result<(), Error> {
    let options = ListOptions {
        namespace: group.namespace.clone(),
        fields: group.fields(),
        ..ListOptions::default()
    };
    let page = cluster.list_page(&group.kind, &options, "").await?;
    let mut absent = group.members.clone();
    for mut object in page.items {
        complete(&mut object, &group.kind);
        if let Some(places) = group.places(&object) {
            absent.retain(|_, others| others != places);
            let _ = sender.send(Ok((places.clone(), Some(object)))).await;
        }
    }
    for places in absent.into_values() {
        let _ = sender.send(Ok((places, None))).await;
    }
    let mut path = format!(
        "{}?allowWatchBookmarks=true&resourceVersion={}&watch=true",
        group.kind.path(&group.namespace),
        escape(&page.resource_version)
    );
    if !options.fields.is_empty() {
        path.push_str("&fieldSelector=");
        path.push_str(&escape(&options.fields));
    }
    let mut events = pin!(cluster.watch(path).await?);
    while let Some(event) = events.next().await {
        let (object, gone) = match event? {
            WatchEvent::Changed(object) => (object, false),
            WatchEvent::Deleted(object) => (object, true),
            WatchEvent::Bookmark(_) => continue,
        };
        if let Some(places) = group.places(&object) {
            let news = (places.clone(), (!gone).then_some(object));
            if sender.send(Ok(news)).await.is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// GO: the items of a list do not say their kind; a rule needs it.
fn complete(object: &mut Value, kind: &ResourceKind) {
    if let Some(object) = object.as_object_mut() {
        object
            .entry("apiVersion")
            .or_insert_with(|| kind.gvk.api_version().into());
        object
            .entry("kind")
            .or_insert_with(|| kind.gvk.kind.clone().into());
    }
}

async fn poll_group(cluster: &Cluster, group: &Group, sender: &mpsc::Sender<Result<News, Error>>) {
    loop {
        for (name, places) in &group.members {
            let news = match cluster
                .get_at(&group.kind.object_path(&group.namespace, name))
                .await
            {
                Ok(object) => Ok((places.clone(), object)),
                Err(error) if error.is_forbidden() => Err(error),
                Err(_) => continue,
            };
            if sender.send(news).await.is_err() {
                return;
            }
        }
        sleep(POLL).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::GroupVersionKind;

    fn resource(kind: &str, name: &str) -> Resource {
        Resource {
            kind: ResourceKind {
                gvk: GroupVersionKind::new("", "v1", kind),
                plural: format!("{}s", kind.to_lowercase()),
                namespaced: true,
                watchable: true,
            },
            namespace: "ns".into(),
            name: name.into(),
            body: Value::Null,
        }
    }

    #[test]
    fn many_objects_of_a_kind_share_a_watch() {
        let mut resources: Vec<Resource> =
            (0..4).map(|n| resource("Pod", &n.to_string())).collect();
        resources.extend([resource("Service", "a"), resource("Service", "b")]);
        let groups = groups(&resources);
        let fields: Vec<String> = groups.iter().map(Group::fields).collect();
        assert_eq!(fields, ["", "metadata.name=a", "metadata.name=b"]);
        assert_eq!(groups[0].members.len(), 4);
    }

    #[test]
    fn what_is_there_twice_is_followed_once() {
        let groups = groups(&[
            resource("Pod", "a"),
            resource("Pod", "b"),
            resource("Pod", "a"),
        ]);
        let members: Vec<_> = groups.iter().map(|group| group.members.clone()).collect();
        let one = |name: &str, places: &[usize]| BTreeMap::from([(name.into(), places.to_vec())]);
        assert_eq!(members, [one("a", &[0, 2]), one("b", &[1])]);
    }
}
