import type { Reason } from "./gate.ts";
import type { Gatekeeper } from "./gatekeeper.ts";
import {
	type ApiAnswer,
	type Call,
	type ProviderApi,
	type Request,
	WrongCredentials,
} from "./request.ts";
import { UnknownShape } from "./shape.ts";
import { Denied, type TokenHolder } from "./tokens.ts";
import { fillPath, type Outgoing, urlOf } from "./url.ts";

/** An HTTP client that follows nothing and bounds everything. */
export type Http = (request: Outgoing) => Promise<{
	status: number;
	/** names in lower case */
	headers: Readonly<Record<string, string>>;
	text: string;
}>;

/** No whole answer came: the connection failed, time was up, or the answer was too large. */
export class NoAnswer extends Error {
	override name = "NoAnswer";
	readonly reason: "connection" | "timeout" | "too large";
	constructor(reason: NoAnswer["reason"]) {
		super(`No answer: ${reason}.`);
		this.reason = reason;
	}
}

/** Nothing may be asked any more in this run; not a failure. */
export class Stopped extends Error {
	override name = "Stopped";
	readonly reason: Reason | "time" | "overtaken";
	readonly until: Date | undefined;
	constructor(reason: Stopped["reason"], until?: Date) {
		super(`Stopped: ${reason}.`);
		this.reason = reason;
		this.until = until;
	}
}

/** A request that brought no usable answer; the message names the request, never its address. */
export class RequestFailed extends Error {
	override name = "RequestFailed";
	constructor(request: string, why: string | number) {
		super(`The request "${request}" failed: ${why}.`);
	}
}

/** When things are, and how long one may wait for them. */
export interface Clock {
	now(): Date;
	pause(milliseconds: number): Promise<void>;
	/** no request is sent after it */
	stopAt: Date;
	/** every answer must be there by then */
	deadline: Date;
}

export interface CallOptions<Settings> {
	api: ProviderApi<Settings>;
	settings: Settings;
	http: Http;
	gatekeeper: Gatekeeper;
	clock: Clock;
	random: () => number;
	tally: { requests: number; breakerOpened: number };
	tokens?: TokenHolder;
	/** how often a request may be sent when it fails in passing */
	tries: number;
}

const sendable = /^[\t\x20-\x7e\x80-\xff]*$/;
const timeoutMs = 20_000;
const maxBytes = 10 * 1024 * 1024;
// for our own budget a run waits as long as it can
const longestPauseMs = 5000;
const retryMs = 300;

/** Sends a poll's declared requests and nothing else, as the provider and our own budget allow. */
export function openCall<Settings>(options: CallOptions<Settings>): Call {
	const { api, settings, http, gatekeeper, clock, random, tally } = options;
	const { tokens, tries } = options;
	const deniedBy = api.deniedBy ?? [401, 403];

	return async (name, request = {}) => {
		const outgoing = prepare(name, request);
		const accepts = (status: number) =>
			(status >= 200 && status < 300) || request.accepts?.includes(status);
		const denied = ({ status }: ApiAnswer) =>
			deniedBy.includes(status) && !accepts(status);

		const owner = request.as ?? "";
		const access = await tokens?.access(owner);
		let answer = await send(name, outgoing, access, accepts);
		if (tokens && access !== undefined && denied(answer)) {
			await tokens.discard(owner, access);
			const fresh = await tokens.access(owner);
			answer = await send(name, outgoing, fresh, accepts);
		}
		if (denied(answer)) throw new Denied(api.needs, request.as);
		if (!accepts(answer.status)) throw new RequestFailed(name, answer.status);
		return answer;
	};

	function prepare(name: string, request: Request): Outgoing {
		const declared = api.requests[name];
		if (!declared) throw new Error(`No request "${name}" is declared.`);
		const [method = "", template = ""] = declared.split(" ");
		const path = fillPath(template, request.path ?? {});
		const base = api.url(settings) ?? "";
		const url = urlOf(base, path, request.query ?? {});
		const body = request.json === undefined ? "" : JSON.stringify(request.json);
		const headers = {
			accept: "application/json",
			"user-agent": "billhook",
			...(request.json !== undefined && { "content-type": "application/json" }),
			...api.headers?.(settings),
			...request.headers,
		};
		// a line break that came along when a secret was pasted
		if (!Object.values(headers).every((value) => sendable.test(value)))
			throw new WrongCredentials(api.needs);
		return {
			method,
			url,
			headers,
			body: method === "GET" ? undefined : body,
			timeoutMs,
			maxBytes,
		};
	}

	async function send(
		name: string,
		outgoing: Outgoing,
		access: string | undefined,
		accepts: (status: number) => boolean | undefined,
	): Promise<ApiAnswer> {
		let failure: unknown;
		for (let attempt = 1; attempt <= tries; attempt++) {
			if (attempt > 1) await clock.pause(retryMs * (1 + random()));
			const shut = await enter();
			if (shut) throw failure ?? shut;
			try {
				return await sendOnce(name, outgoing, access, accepts);
			} catch (error) {
				if (!(error instanceof RequestFailed)) throw error;
				failure = error;
			}
		}
		throw failure;
	}

	async function enter(): Promise<Stopped | undefined> {
		for (;;) {
			const now = clock.now();
			if (now >= clock.stopAt) return new Stopped("time", now);
			const shut = await gatekeeper.enter();
			if (!shut) return undefined;
			const { reason, until } = shut;
			const ms = until.getTime() - now.getTime();
			const isOurs = reason === "budget";
			if (until >= clock.stopAt || (ms > longestPauseMs && !isOurs))
				return new Stopped(reason, until);
			await clock.pause(Math.max(ms, 1));
		}
	}

	async function sendOnce(
		name: string,
		outgoing: Outgoing,
		access: string | undefined,
		accepts: (status: number) => boolean | undefined,
	): Promise<ApiAnswer> {
		const sentAt = clock.now();
		const leftMs = clock.deadline.getTime() - sentAt.getTime();
		tally.requests++;
		let answer: Awaited<ReturnType<Http>>;
		try {
			answer = await http({
				...outgoing,
				headers: access
					? { ...outgoing.headers, authorization: `Bearer ${access}` }
					: outgoing.headers,
				timeoutMs: Math.max(1, Math.min(outgoing.timeoutMs, leftMs)),
			});
		} catch (error) {
			if (!(error instanceof NoAnswer)) throw error;
			await fail();
			if (error.reason === "too large") throw error;
			throw new RequestFailed(name, error.reason);
		}
		const { status, headers, text } = answer;
		if (status === 429) {
			const { gate } = await gatekeeper.leave({ kind: "too many", headers });
			throw new Stopped("provider", new Date(gate.notBefore ?? sentAt));
		}
		if (isPassing(status) && !accepts(status)) {
			await fail(headers);
			throw new RequestFailed(name, status);
		}
		const json = accepts(status) ? parse(text, headers) : {};
		if ("garbled" in json) {
			await fail(headers);
			throw new UnknownShape(json.garbled, text);
		}
		await gatekeeper.leave({ kind: "answered", headers });
		return { status, headers, json: json.value, text, sentAt };
	}

	async function fail(headers: ApiAnswer["headers"] = {}): Promise<void> {
		const { opens } = await gatekeeper.leave({ kind: "failed", headers });
		if (opens) tally.breakerOpened++;
	}
}

function isPassing(status: number): boolean {
	return status >= 500 || status === 408 || status === 425;
}

function parse(
	text: string,
	headers: ApiAnswer["headers"],
): { value?: unknown } | { garbled: string } {
	if (text.trim() === "") return {};
	try {
		return { value: JSON.parse(text) };
	} catch {
		const [type = ""] = (headers["content-type"] ?? "").split(";");
		const kind = /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : "no content type";
		return { garbled: `not JSON (${text.length} characters, ${kind})` };
	}
}
