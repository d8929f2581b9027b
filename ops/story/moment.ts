import * as z from "zod";
import type { Logged, WebhookLine } from "../../functions/log/logged.ts";
import { cannotBeRead, type StoredEvent } from "../installation/events.ts";

/** One thing that happened to a subject, or to a delivery. */
export const Moment = z.object({
	at: z.string(),
	provider: z.string(),
	what: z.enum([
		"delivery",
		"recorded",
		"polled",
		"forwarded",
		"held",
		"failed",
		"quarantined",
		"retried",
		"replayed",
		"watched",
		"now",
	]),
	says: z.string(),
	id: z.string().optional().meta({
		description: "of the event, or of what lies in quarantine",
	}),
	traceparent: z.string().optional(),
});
export type Moment = z.output<typeof Moment>;

export function recordedMoment(event: StoredEvent): Moment {
	const { id, provider, type, via, time, lane, sequence, traceparent } = event;
	const state = lane ? `, lane ${lane}, sequence ${sequence}` : "";
	const told = event.unreadable
		? cannotBeRead
		: `it happened at ${time}${state}`;
	return {
		at: event.recordedtime,
		provider,
		what: "recorded",
		says: `${type}, via ${via}; ${told}`,
		id,
		traceparent,
	};
}

/** Whether something that a log line names is asked about. */
export type IsMeant = (one: { subject?: string; id?: string }) => boolean;

/** By the hash of its subject, or by one of these ids. */
export function meaning(hash: string, ids: ReadonlySet<string>): IsMeant {
	return ({ subject, id }) =>
		subject === hash || (id !== undefined && ids.has(id));
}

/** What a log line tells of what is asked about. */
export function momentsOf(line: Logged, isMeant: IsMeant): Moment[] {
	const { time: at, Provider: provider } = line;
	switch (line.function) {
		case "webhook":
			return deliveryMoments(line, isMeant);
		case "retry": {
			const { traceparent } = line;
			const about = (line.events ?? []).filter(isMeant);
			if (about.length === 0 && !isMeant({ id: line.retried })) return [];
			const says = `read again from quarantine: ${[line.outcome, line.reason].filter(Boolean).join(", ")}`;
			return [
				{ at, provider, what: "retried", says, id: line.retried, traceparent },
			];
		}
		case "forward":
			return [
				...(line.events ?? []).filter(isMeant).map(
					({ id, type, traceparent }): Moment => ({
						at,
						provider,
						what: "forwarded",
						says: `${type}, to the queue`,
						id,
						traceparent,
					}),
				),
				...(line.failures ?? []).filter(isMeant).map(
					({ id, reason }): Moment => ({
						at,
						provider,
						what: "failed",
						says: `not taken by the queue (${reason}): it lies in the bucket below failures/`,
						id,
					}),
				),
				...(line.held && isMeant(line.held)
					? [
							{
								at,
								provider,
								what: "held" as const,
								says: `the queue did not take it (${line.held.reason}): it is tried again`,
								id: line.held.id,
							},
						]
					: []),
			];
		case "poll":
			return (line.events ?? []).filter(isMeant).map(
				({ id, type, traceparent }): Moment => ({
					at,
					provider,
					what: "polled",
					says: `the poll found ${type}, which no webhook had brought`,
					id,
					traceparent,
				}),
			);
		case "operator":
			return line.events.filter(isMeant).map(
				({ id }): Moment => ({
					at,
					provider,
					what: "replayed",
					says: sentAgain[line.did],
					id,
				}),
			);
		case "watch":
			return line.subject !== undefined && isMeant(line)
				? [
						{
							at,
							provider,
							what: "watched",
							says: `a watch was ${line.method === "DELETE" ? "stopped" : "asked for"} (${line.status})`,
						},
					]
				: [];
	}
}

const sentAgain = {
	replay: "a person had it sent to the queue again, from the inbox",
	redrive: "a person had it sent to the queue again, from the dead letters",
};

const became: Readonly<Record<string, string>> = {
	new: "news",
	repeat: "a duplicate: known already",
	claim: "a duplicate: the poll had brought it",
	stale: "older than what is remembered",
	conflict: "a conflict: known, with other content",
	return: "a return to an earlier state, or a late copy of it",
};

function deliveryMoments(line: WebhookLine, isMeant: IsMeant): Moment[] {
	const { time: at, Provider: provider, traceparent, outcome, status } = line;
	const { quarantined = [], watch } = line;
	const answered = `answered ${status} ${outcome}`;
	const about = (line.events ?? []).filter(isMeant).map(
		({ id, type, outcome }): Moment => ({
			at,
			provider,
			what: "delivery",
			says: `${type}, ${became[outcome]}; ${answered}`,
			id,
			traceparent,
		}),
	);
	const kept = quarantined
		.filter((one) => about.length > 0 || isMeant(one))
		.map(
			({ id, reason, fields }): Moment => ({
				at,
				provider,
				what: "quarantined",
				says: [
					`kept in quarantine, ${reason}; ${answered}`,
					...fields.map(sayField),
				].join("; "),
				id,
				traceparent,
			}),
		);
	const watched: Moment[] =
		watch && isMeant(watch)
			? [
					{
						at,
						provider,
						what: "watched",
						says: `a delivery asked for a watch${watch.known ? ", which was there" : ""}; ${answered}`,
						traceparent,
					},
				]
			: [];
	return [...about, ...kept, ...watched];
}

export function sayField(field: { path: string; message: string }): string {
	return field.path ? `${field.path}: ${field.message}` : field.message;
}

/** What a log line tells of nothing that has a name: a delivery turned away or tried, a poll's run. */
export function summaryOf(line: Logged): Moment[] {
	const { time: at, Provider: provider } = line;
	if (line.function === "webhook") {
		const { events, quarantined, watch, settings = [] } = line;
		const wrong = settings.map(
			(setting): Moment => ({
				at,
				provider,
				what: "failed",
				says: `the webhook secret is wrong: ${setting}`,
			}),
		);
		if (events || quarantined || watch) return wrong;
		const says = [`answered ${line.status} ${line.outcome}`, line.reason]
			.concat(line.error)
			.filter(Boolean)
			.join(", ");
		return [{ at, provider, what: "delivery", says }, ...wrong];
	}
	if (line.function !== "poll" || line.skipped === "not configured") return [];
	const { requests, observed, recovered, failed, failures = {} } = line;
	const counts = [
		`${requests} requests, ${observed} observed, ${recovered} that no webhook had brought`,
		failed > 0 ? `${failed} failed (${Object.keys(failures).join("; ")})` : "",
		line.stopped ? `stopped: ${line.stopped}` : "",
		...(line.settings ?? []).map((setting) => `look at ${setting}`),
	];
	const says = line.skipped ?? counts.filter(Boolean).join(", ");
	return [{ at, provider, what: "polled", says }];
}
