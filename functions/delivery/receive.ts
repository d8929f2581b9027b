import { partitionOf } from "../inbox/identity.ts";
import { type Issue, quarantine } from "../inbox/quarantine.ts";
import { leftMs } from "../inbox/record.ts";
import { UnfitWatch, type WatchRequest } from "../inbox/watch-request.ts";
import { sayError } from "../log/line.ts";
import { headersToKeep } from "../proofs/proof.ts";
import type { Provider } from "../provider.ts";
import {
	type Answer,
	answerHandshake,
	answerProblem,
	answerSuccess,
} from "./answer.ts";
import { authenticate, type Genuine } from "./auth.ts";
import type { Delivery } from "./delivery.ts";
import type { Endpoint, Judged, KnownSettings } from "./endpoint.ts";
import { keepAside } from "./keep-aside.ts";
import { maxBodyBytes, parse } from "./parse.ts";
import { namedHeaders, understand, understandFound } from "./read.ts";
import { recordEvent } from "./record-event.ts";
import { recordEvents } from "./record-events.ts";

const methods = ["GET", "HEAD", "POST"];

/** Answers a delivery; a success only after what it brought is durable, and never throws. */
export async function receive(
	delivery: Delivery,
	endpoint: Endpoint,
): Promise<Answer> {
	try {
		return await answerDelivery(delivery, endpoint);
	} catch (error) {
		return unavailable(error);
	}
}

/** A fault of ours, whatever it is: the sender is asked to come again. */
export function unavailable(error: unknown): Answer {
	const title = "Not recorded; please send it again";
	const extras = { metrics: { Unavailable: 1 }, about: sayError(error) };
	return answerProblem("unavailable", { status: 503, title }, extras);
}

async function answerDelivery(
	delivery: Delivery,
	endpoint: Endpoint,
): Promise<Answer> {
	const { verdict, keeps } = await judge(delivery, endpoint);
	const judged: Judged = {
		...endpoint,
		putAside: (found) => quarantine({ ...found, keeps }, endpoint.store),
	};
	if ("refused" in verdict && verdict.refused === "stranger") {
		return answerProblem(
			"refused",
			{ status: 404, title: "Not Found" },
			{ metrics: { Refused: 1 }, about: { reason: "token" } },
		);
	}
	const awaited = handshakeOf(delivery, endpoint.provider);
	if (awaited !== undefined) return answerHandshake(awaited);
	if (!methods.includes(delivery.method)) return refuseMethod();
	if (isTrial(delivery)) return tried(endpoint);
	if (delivery.bytes.length > maxBodyBytes) return refuseTooLarge(delivery);
	if ("genuine" in verdict) return receiveGenuine(verdict.genuine, judged);
	const message =
		"the proof that this provider's settings require is missing or wrong";
	const issues = [{ path: "headers", message }];
	const found = { status: 401, title: "Unauthorized", issues };
	return keepAside(delivery, "unproven", found, judged);
}

/** Settings may have changed a moment ago: nobody is refused by old ones. */
async function judge(
	delivery: Delivery,
	{ provider, settings, store }: Endpoint,
) {
	const judgeBy = (known: KnownSettings) => {
		const proofs = provider.proofs(known);
		return {
			verdict: authenticate(delivery, known, proofs),
			keeps: headersToKeep(proofs, provider.headers),
		};
	};
	const kept = await settings.read(leftMs(store));
	const judged = judgeBy(kept);
	if ("genuine" in judged.verdict) return judged;
	const fresh = await settings.fresh(leftMs(store));
	return judgeBy(fresh);
}

/** Reads a delivery that has been proven, and has what it brings recorded. */
export async function receiveGenuine(
	delivery: Genuine,
	endpoint: Judged,
): Promise<Answer> {
	const parsed = parse(delivery, endpoint.provider);
	if ("issue" in parsed) {
		return keepAside(
			delivery,
			"not-json",
			{ status: 400, title: "Not JSON", issues: [parsed.issue] },
			endpoint,
		);
	}
	const understood = understand(parsed, delivery, endpoint.provider);
	if ("issues" in understood)
		return refuseShape(understood.issues, delivery, endpoint);
	if ("refusal" in understood) {
		const found = {
			status: 422,
			title: "Not for this inbox",
			detail: understood.refusal,
		};
		return answerProblem("refused", found, {
			metrics: { Refused: 1 },
			about: { reason: "not-for-this-inbox" },
		});
	}
	if ("handshake" in understood) return answerHandshake(understood.handshake);
	if ("events" in understood)
		return recordEvents(understood, delivery, endpoint);
	if ("watch" in understood)
		return startWatch(understood.watch, delivery, endpoint);
	if ("lookup" in understood) {
		const subject = await endpoint.watches?.byReference(understood.lookup);
		const observation = understandFound(understood, subject);
		return "issues" in observation
			? refuseShape(observation.issues, delivery, endpoint)
			: recordEvent(observation, parsed.text, delivery, endpoint);
	}
	return recordEvent(understood.event, parsed.text, delivery, endpoint);
}

function refuseShape(
	issues: Issue[],
	delivery: Genuine,
	endpoint: Judged,
): Promise<Answer> {
	const title = "Not in the shape this provider documents";
	const found = { status: 422, title, issues };
	return keepAside(delivery, "invalid", found, endpoint);
}

/** Asks for no proof, for such a request has none. */
function handshakeOf(
	{ method, query, headers }: Delivery,
	provider: Provider,
): string | undefined {
	return method === "GET" || method === "OPTIONS"
		? provider.handshake?.({
				method,
				query,
				headers: namedHeaders(headers, provider),
			})
		: undefined;
}

async function startWatch(
	request: WatchRequest,
	delivery: Genuine,
	endpoint: Judged,
): Promise<Answer> {
	const { provider, watches } = endpoint;
	if (!watches)
		throw new Error(`${provider.name} reads watches but has no poll`);
	try {
		const { known } = await watches.start(request);
		const about = { watch: { pk: partitionOf(request.subject), known } };
		const metrics = { Watching: 1 };
		return answerSuccess(known ? "duplicate" : "accepted", provider.answer, {
			metrics,
			about,
		});
	} catch (error) {
		if (!(error instanceof UnfitWatch)) throw error;
		const issues = [{ path: error.field, message: error.message }];
		const found = { status: 422, title: "Not a watch", issues };
		return keepAside(delivery, "invalid", found, endpoint);
	}
}

/** A person, or the vendor's set-up page, tries whether the URL answers. */
function isTrial({ method, bytes }: Delivery): boolean {
	return method !== "POST" || bytes.length === 0;
}

function tried({ provider }: Endpoint): Answer {
	return answerSuccess("tried", provider.answer, { metrics: { Tried: 1 } });
}

function refuseMethod(): Answer {
	return answerProblem(
		"refused",
		{ status: 405, title: "Method Not Allowed", allow: methods.join(", ") },
		{ metrics: { Refused: 1 }, about: { reason: "method" } },
	);
}

function refuseTooLarge({ bytes }: Delivery): Answer {
	const detail = `The body has ${bytes.length} bytes; up to ${maxBodyBytes} are taken.`;
	return answerProblem(
		"refused",
		{ status: 413, title: "Too large", detail },
		{ metrics: { Refused: 1 }, about: { reason: "too-large" } },
	);
}
