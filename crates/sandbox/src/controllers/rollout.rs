//! From the pods of one template to those of another.

use serde_json::Value;

use super::Plan;
use super::deployment::{Deployment, wanted};
use super::parts::{self, number};
use super::see::See;

/// Whether the ReplicaSet of a new template may be made: with the strategy `Recreate` only when
/// no pod of the old ones is left.
pub fn may_make(deployment: &Deployment<'_>, see: &See<'_>) -> bool {
    !deployment.recreate || deployment.old.iter().all(|set| is_empty(see, set))
}

fn is_empty(see: &See<'_>, set: &Value) -> bool {
    wanted(set) == 0 && see.controlled("/pods", set).iter().all(parts::is_over)
}

/// How many pods a new ReplicaSet begins with.
pub fn first_size(deployment: &Deployment<'_>) -> i64 {
    if deployment.recreate {
        return deployment.replicas;
    }
    let room = deployment.replicas + deployment.surge - deployment.total();
    room.clamp(0, deployment.replicas)
}

/// A paused Deployment is scaled, and no more.
pub fn paused(deployment: &Deployment<'_>, plan: &mut Plan) {
    let active: Vec<&Value> = deployment.sets().filter(|set| wanted(set) > 0).collect();
    let one = match active.as_slice() {
        [one] => Some(*one),
        [] => deployment.sets().last(),
        _ => None,
    };
    if let Some(set) = one {
        deployment.scale(set, deployment.replicas, plan);
    }
}

/// One step on.
pub fn step(deployment: &Deployment<'_>, see: &See<'_>, plan: &mut Plan) {
    if deployment.recreate {
        for set in deployment.old.iter().filter(|set| wanted(set) > 0) {
            deployment.scale(set, 0, plan);
        }
        if let (Some(new), true) = (&deployment.new, may_make(deployment, see)) {
            deployment.scale(new, deployment.replicas, plan);
        }
        return;
    }
    let Some(new) = &deployment.new else {
        return;
    };
    let has = wanted(new);
    let room = (deployment.replicas + deployment.surge - deployment.total()).max(0);
    let to = if has > deployment.replicas {
        deployment.replicas
    } else {
        has + room.min(deployment.replicas - has)
    };
    if deployment.scale(new, to, plan) {
        return;
    }
    shrink(deployment, new, plan);
}

/// Takes from the old ReplicaSets what can be missed: first what is not available anyway.
fn shrink(deployment: &Deployment<'_>, new: &Value, plan: &mut Plan) {
    let available = |set: &Value| number(&set["status"]["availableReplicas"], 0);
    let least = deployment.replicas - deployment.unavailable;
    let missing = (wanted(new) - available(new)).max(0);
    let mut most = deployment.total() - least - missing;
    if most <= 0 {
        return;
    }
    let mut spare: i64 = deployment.sets().map(available).sum::<i64>() - least;
    for set in deployment.old.iter().filter(|set| wanted(set) > 0) {
        let unhealthy = (wanted(set) - available(set)).clamp(0, most);
        most -= unhealthy;
        let healthy = (wanted(set) - unhealthy).min(spare).min(most).max(0);
        spare -= healthy;
        most -= healthy;
        let to = wanted(set) - unhealthy - healthy;
        if to != wanted(set) {
            deployment.scale(set, to, plan);
        }
    }
}
