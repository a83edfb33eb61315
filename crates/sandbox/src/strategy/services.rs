//! Services: their addresses, and their ports of nodes.

use std::net::{IpAddr, Ipv4Addr};

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::catalog::Resource;
use crate::object;
use crate::object::each;
use crate::status::{Cause, Status};
use crate::store::{Key, World};

/// `10.96.0.0/12`
const FIRST: u32 = 0x0a60_0000;
const ADDRESSES: u32 = 1 << 20;
const PORTS: std::ops::RangeInclusive<u64> = 30_000..=32_767;

/// What one service is given.
struct Giving<'w> {
    resource: &'w Resource,
    world: &'w World<'w>,
    key: Key,
    taken: Vec<u64>,
}

pub(super) fn create(
    resource: &Resource,
    service: &mut Value,
    world: &World<'_>,
) -> Result<(), Status> {
    normalize(service, None);
    give(resource, service, world)
}

pub(super) fn update(
    resource: &Resource,
    new: &mut Value,
    old: &Value,
    world: &World<'_>,
) -> Result<(), Status> {
    normalize(new, Some(old));
    carry_over(new, old);
    drop_unneeded(new, old);
    if new["spec"]["type"] != "LoadBalancer" {
        new["status"] = json!({"loadBalancer": {}});
    }
    give(resource, new, world)
}

fn needs_address(service: &Value) -> bool {
    matches!(
        service["spec"]["type"].as_str(),
        Some("ClusterIP" | "NodePort" | "LoadBalancer")
    )
}

fn needs_ports(service: &Value) -> bool {
    let spec = &service["spec"];
    spec["type"] == "NodePort"
        || (spec["type"] == "LoadBalancer" && spec["allocateLoadBalancerNodePorts"] != false)
}

fn needs_health_port(service: &Value) -> bool {
    let spec = &service["spec"];
    spec["type"] == "LoadBalancer" && spec["externalTrafficPolicy"] == "Local"
}

/// `clusterIP` and `clusterIPs` say the same; old clients know the first alone.
fn normalize(new: &mut Value, old: Option<&Value>) {
    let was = |field: &str| old.and_then(|old| old["spec"].get(field));
    let spec = object::part(new, "spec");
    if spec.get("clusterIPs") != was("clusterIPs") {
        return;
    }
    match (was("clusterIP"), spec.get("clusterIP").cloned()) {
        (Some(_), None) => {
            spec.remove("clusterIPs");
        }
        (was, Some(address)) if was != Some(&address) => {
            spec.insert("clusterIPs".to_owned(), json!([address]));
        }
        _ => {}
    }
}

/// What was given stays given when the new object does not say it.
fn carry_over(new: &mut Value, old: &Value) {
    let mut fields = Vec::new();
    if needs_address(new) {
        fields.extend(["ipFamilies", "ipFamilyPolicy"]);
        if needs_address(old) {
            fields.extend(["clusterIP", "clusterIPs"]);
        }
    }
    if needs_health_port(old) && needs_health_port(new) {
        fields.push("healthCheckNodePort");
    }
    let spec = object::part(new, "spec");
    for field in fields {
        if let Some(was) = old["spec"].get(field) {
            spec.entry(field).or_insert_with(|| was.clone());
        }
    }
    if needs_ports(old) && needs_ports(new) {
        let given: Vec<Value> = old["spec"]["ports"].as_array().cloned().unwrap_or_default();
        let mut used: Vec<Value> = ports(new).map(|port| port["nodePort"].clone()).collect();
        for port in object::each_mut(new["spec"].get_mut("ports")) {
            if port.contains_key("nodePort") {
                continue;
            }
            let same = given.iter().find(|was| {
                was.get("port") == port.get("port") && was.get("protocol") == port.get("protocol")
            });
            if let Some(was) = same.and_then(|was| was.get("nodePort"))
                && !used.contains(was)
            {
                port.insert("nodePort".to_owned(), was.clone());
                used.push(was.clone());
            }
        }
    }
}

/// What a service of its new type has no use for, and its author did not change.
fn drop_unneeded(new: &mut Value, old: &Value) {
    let mut fields = Vec::new();
    if needs_address(old) && !needs_address(new) {
        fields.extend(["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"]);
    }
    if needs_health_port(old) && !needs_health_port(new) {
        fields.push("healthCheckNodePort");
    }
    let balanced = |service: &Value| service["spec"]["type"] == "LoadBalancer";
    if balanced(old) && !balanced(new) {
        fields.extend(["allocateLoadBalancerNodePorts", "loadBalancerClass"]);
    }
    if new["spec"]["type"] == "ExternalName" {
        fields.push("internalTrafficPolicy");
    }
    let outside = |service: &Value| {
        let spec = &service["spec"];
        matches!(spec["type"].as_str(), Some("NodePort" | "LoadBalancer"))
            || (spec["type"] == "ClusterIP" && spec["externalIPs"].is_array())
    };
    if outside(old) && !outside(new) {
        fields.push("externalTrafficPolicy");
    }
    let same_ports = ports(new).all(|port| {
        port.get("nodePort").is_none()
            || ports(old).any(|was| was.get("nodePort") == port.get("nodePort"))
    });
    if needs_ports(old) && !needs_ports(new) && same_ports {
        for port in object::each_mut(new["spec"].get_mut("ports")) {
            port.remove("nodePort");
        }
    }
    let spec = object::part(new, "spec");
    for field in fields {
        if spec.get(field) == old["spec"].get(field) {
            spec.remove(field);
        }
    }
}

fn ports(service: &Value) -> impl Iterator<Item = &Value> {
    each(&service["spec"]["ports"])
}

fn give(resource: &Resource, service: &mut Value, world: &World<'_>) -> Result<(), Status> {
    let key = Key::new(
        &resource.shelf(),
        object::namespace(service),
        object::name(service),
    );
    let mut giving = Giving {
        resource,
        world,
        key,
        taken: Vec::new(),
    };
    if needs_address(service) {
        giving.families(service)?;
        families(service);
        giving.address(service)?;
    }
    if needs_ports(service) {
        giving.ports(service)?;
    }
    if needs_health_port(service) && service["spec"].get("healthCheckNodePort").is_none() {
        let port = giving.free_port("health");
        object::part(service, "spec").insert("healthCheckNodePort".to_owned(), port.into());
    }
    Ok(())
}

/// Whether a service has neither an address nor pods of its own: it may be of any family.
fn is_any(service: &Value) -> bool {
    let spec = &service["spec"];
    let pods = spec["selector"].as_object();
    spec["clusterIP"] == "None" && pods.is_none_or(Map::is_empty)
}

/// The sandbox knows one family of addresses, like most clusters.
fn families(service: &mut Value) {
    let both = is_any(service);
    let spec = object::part(service, "spec");
    spec.entry("ipFamilyPolicy").or_insert_with(|| {
        let policy = if both {
            "RequireDualStack"
        } else {
            "SingleStack"
        };
        policy.into()
    });
    let all = both && spec["ipFamilyPolicy"] != "SingleStack";
    spec.entry("ipFamilies").or_insert_with(|| {
        if all {
            json!(["IPv4", "IPv6"])
        } else {
            json!(["IPv4"])
        }
    });
}

impl Giving<'_> {
    fn invalid(&self, cause: Cause) -> Status {
        Status::invalid(self.resource, &self.key.name, vec![cause])
    }

    fn is_free(&self, claim: &str) -> bool {
        self.world
            .claimed(claim)
            .is_none_or(|owner| *owner == self.key)
    }

    /// What a cluster with addresses of one family cannot give.
    fn families(&self, service: &Value) -> Result<(), Status> {
        if is_any(service) {
            return Ok(());
        }
        let spec = &service["spec"];
        let policy = &spec["ipFamilyPolicy"];
        if policy == "RequireDualStack" {
            let why = "this cluster is not configured for dual-stack services";
            return Err(self.invalid(Cause::invalid("spec.ipFamilyPolicy", policy, why)));
        }
        let families = each(&spec["ipFamilies"]);
        let other = families.enumerate().find(|(_, family)| *family == "IPv6");
        if let Some((at, family)) = other.filter(|_| spec["clusterIPs"].is_null()) {
            let field = format!("spec.ipFamilies[{at}]");
            let why = "not configured on this cluster";
            return Err(self.invalid(Cause::invalid(field, family, why)));
        }
        Ok(())
    }

    /// Where to begin to look: the same service begins at the same place.
    fn seed(&self, what: &str) -> u32 {
        let whole = format!("{}/{}/{what}", self.key.namespace, self.key.name);
        let hash = Sha256::digest(whole.as_bytes());
        u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])
    }

    fn address(&self, service: &mut Value) -> Result<(), Status> {
        let spec = object::part(service, "spec");
        let list = spec.get("clusterIPs").cloned().unwrap_or(json!([]));
        if let Some(first) = list[0].as_str() {
            if first != "None" {
                self.own_address(&list, first)?;
            }
            spec.entry("clusterIP").or_insert_with(|| first.into());
            return Ok(());
        }
        let seed = self.seed("address");
        let free = (0..ADDRESSES)
            .map(|step| seed.wrapping_add(step) % ADDRESSES)
            .filter(|at| (256..ADDRESSES - 1).contains(at) && !matches!(at % 256, 0 | 255))
            .map(|at| Ipv4Addr::from(FIRST + at).to_string())
            .find(|address| self.is_free(&format!("ip {address}")));
        let Some(address) = free else {
            return Err(Status::internal(format!(
                "failed to allocate a serviceIP for Service \"{}\": range is full",
                self.key.name
            )));
        };
        spec.insert("clusterIPs".to_owned(), json!([address]));
        spec.insert("clusterIP".to_owned(), address.into());
        Ok(())
    }

    /// An address that the author of the service wants.
    fn own_address(&self, list: &Value, address: &str) -> Result<(), Status> {
        let why = match address.parse() {
            // Validation tells what is no address.
            Err(_) => return Ok(()),
            Ok(IpAddr::V6(_)) => {
                let why = "IPv6 is not configured on this cluster";
                return Err(self.invalid(Cause::invalid("spec.clusterIPs[0]", list, why)));
            }
            Ok(IpAddr::V4(ip)) if !(FIRST..FIRST + ADDRESSES).contains(&u32::from(ip)) => {
                "the provided network does not match the current range"
            }
            Ok(IpAddr::V4(_)) if !self.is_free(&format!("ip {address}")) => {
                "provided IP is already allocated"
            }
            Ok(IpAddr::V4(_)) => return Ok(()),
        };
        let why = format!("failed to allocate IP {address}: {why}");
        Err(self.invalid(Cause::invalid("spec.clusterIPs", list, &why)))
    }

    fn ports(&mut self, service: &mut Value) -> Result<(), Status> {
        let said: Vec<u64> = ports(service)
            .filter_map(|port| port["nodePort"].as_u64())
            .collect();
        let mut own = Vec::new();
        for (at, port) in ports(service).enumerate() {
            let Some(number) = port["nodePort"].as_u64().filter(|number| *number != 0) else {
                continue;
            };
            let why = if !PORTS.contains(&number) {
                "provided port is not in the valid range. The range of valid ports is 30000-32767"
            } else if !self.is_free(&format!("port {number}"))
                || own.contains(&(number, &port["protocol"]))
            {
                "provided port is already allocated"
            } else {
                own.push((number, &port["protocol"]));
                continue;
            };
            let field = format!("spec.ports[{at}].nodePort");
            return Err(self.invalid(Cause::invalid(field, &port["nodePort"], why)));
        }
        self.taken.extend(said);
        // GO: ports of one number and several protocols share their port of the nodes.
        let mut given: Map<String, Value> = Map::new();
        for port in object::each_mut(service["spec"].get_mut("ports")) {
            let number = port.get("port").map(Value::to_string).unwrap_or_default();
            let protocol = port
                .get("protocol")
                .map(Value::to_string)
                .unwrap_or_default();
            let known = given
                .get(&number)
                .filter(|known| known["protocol"] != protocol.as_str());
            let own = port.get("nodePort").and_then(Value::as_u64).unwrap_or(0);
            let given_port = match (own, known) {
                (0, Some(known)) => known["port"].as_u64().unwrap_or(0),
                (0, None) => self.free_port(&number),
                (own, _) => own,
            };
            port.insert("nodePort".to_owned(), given_port.into());
            given.insert(number, json!({"protocol": protocol, "port": given_port}));
        }
        Ok(())
    }

    fn free_port(&mut self, what: &str) -> u64 {
        let all = PORTS.end() - PORTS.start() + 1;
        let seed = u64::from(self.seed(what));
        let free = (0..all)
            .map(|step| PORTS.start() + (seed + step) % all)
            .find(|port| !self.taken.contains(port) && self.is_free(&format!("port {port}")));
        // All taken: the number nothing, which validation does not see and nobody can reach.
        let port = free.unwrap_or(0);
        self.taken.push(port);
        port
    }
}
