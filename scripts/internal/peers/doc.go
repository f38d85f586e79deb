// Package peers puts what pings say against the ends that answer them. A
// [Strategy] is how an endpoint chooses payloads, a [Peer] is a personality of the
// other end, and a tracker is any [model.Subject].
//
// # Index
//
//   - Who answers: [All], [Find], [Peer], [Manner].
//   - What pings say: [Strategies], [FindStrategy], [Strategy].
//   - What a tracker by the book loses: [Lost], exactly; [Measure], measured.
//   - What becomes of the waiters of a tracker: [Conversation], [Tally], [Tracker].
//
// A Ping's own Pong is lost if no Pong with exactly its payload comes back: then a
// tracker that compares payloads cannot match it (RFC 6455 section 5.5.3: "A Pong
// frame sent in response to a Ping frame must have identical 'Application data'").
//
// Everything random is drawn from a seed.
package peers
