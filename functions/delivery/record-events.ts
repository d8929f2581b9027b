import type { Observation } from "../inbox/observation.ts";
import type { Issue, Kept } from "../inbox/quarantine.ts";
import type { Reading } from "../provider.ts";
import {
	type Answer,
	answerSuccess,
	type Fact,
	type Outcome,
} from "./answer.ts";
import type { Genuine } from "./auth.ts";
import type { Judged } from "./endpoint.ts";
import { keepAside } from "./keep-aside.ts";
import { understandOne } from "./read.ts";
import { factOf, recordOne, swallowed } from "./record-event.ts";

const together = 25;

type Several = Extract<Reading, { each: unknown }>;

interface Told {
	observation: Observation;
	text: string;
	index: number;
}

/** Answers once each of a delivery's events is durable; sent again, it completes what a crash had left. */
export async function recordEvents(
	{ events, each }: Several,
	delivery: Genuine,
	endpoint: Judged,
): Promise<Answer> {
	const { provider, putAside } = endpoint;
	const unreadable: Issue[] = [];
	const told: Told[] = [];
	for (const [index, text] of events.entries()) {
		const observation = understandOne(text, each);
		if ("issues" in observation)
			unreadable.push(...observation.issues.map(inside(index)));
		else told.push({ observation, text, index });
	}
	const odd: Record<"conflict" | "return", Issue[]> = {
		conflict: [],
		return: [],
	};
	const metrics: Record<string, number> = {};
	const facts: Fact[] = [];
	const quarantined: Kept[] = [];
	const count = (name: string) => {
		metrics[name] = (metrics[name] ?? 0) + 1;
	};
	await eachSubject(told, async ({ observation, text, index }) => {
		const recorded = await recordOne(observation, text, delivery, endpoint);
		const { outcome, type } = recorded;
		facts.push(factOf(recorded));
		if (outcome === "new") count("Recorded");
		else if (outcome !== "conflict" && outcome !== "return") count("Duplicate");
		else {
			count(outcome === "conflict" ? "Conflict" : "Returned");
			const message = `${type} ${swallowed[outcome]}`;
			odd[outcome].push(inside(index)({ path: "", message }));
		}
	});
	for (const reason of ["conflict", "return"] as const) {
		const issues = odd[reason];
		if (issues.length === 0) continue;
		const kept = await putAside({ delivery, reason, issues });
		quarantined.push(kept);
		if (kept.first && reason === "conflict") count("Quarantined");
	}
	if (unreadable.length > 0) {
		const title = "Not all in the shape this provider documents";
		const issues = unreadable.slice(0, maxIssues);
		const found = { status: 422, title, issues };
		const answer = await keepAside(delivery, "invalid", found, endpoint);
		for (const [name, value] of Object.entries(answer.metrics))
			metrics[name] = (metrics[name] ?? 0) + value;
		quarantined.push(...(answer.about?.quarantined ?? []));
		return { ...answer, metrics, about: { events: facts, quarantined } };
	}
	return answerSuccess(outcomeOf(metrics), provider.answer, {
		metrics,
		about: { events: facts, quarantined },
	});
}

const maxIssues = 20;

/** The worst of them; an empty delivery only tries the URL. */
function outcomeOf(metrics: Record<string, number>): Outcome {
	if (metrics.Conflict || metrics.Returned) return "quarantined";
	if (metrics.Recorded) return "accepted";
	if (metrics.Duplicate) return "duplicate";
	metrics.Tried = 1;
	return "tried";
}

function inside(index: number): (issue: Issue) => Issue {
	return ({ path, message }) => ({
		path: path === "" ? String(index) : `${index}.${path}`,
		message,
	});
}

/** Several subjects at a time, what is of one subject in its order; throws when none is under way any more. */
async function eachSubject(
	all: readonly Told[],
	act: (one: Told) => Promise<void>,
): Promise<void> {
	const waiting = [
		...Map.groupBy(all, ({ observation }) => observation.subject).values(),
	].reverse();
	const worker = async () => {
		for (let own = waiting.pop(); own; own = waiting.pop())
			for (const one of own) await act(one);
	};
	const workers = Array.from({ length: together }, worker);
	for (const end of await Promise.allSettled(workers))
		if (end.status === "rejected") throw end.reason;
}
