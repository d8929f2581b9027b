import {
	type Issue,
	isQuarantineId,
	type Kept,
	type Quarantined,
	quarantine,
} from "../inbox/quarantine.ts";
import { leftMs } from "../inbox/record.ts";
import { newTraceparent } from "../inbox/traceparent.ts";
import { sayError } from "../log/line.ts";
import type { About, Outcome } from "./answer.ts";
import { authenticateKept } from "./auth.ts";
import type { Delivery } from "./delivery.ts";
import type { Endpoint } from "./endpoint.ts";
import { receiveGenuine } from "./receive.ts";

/** Asks a provider's function to read a delivery again that lies in its quarantine. */
export interface Retry {
	/** the entry's id */
	retry: string;
	/** a person takes the place of a proof that is not kept */
	unproven?: boolean;
}

/** What became of it; the entry is gone where `quarantine` does not name it. */
export interface Retried {
	outcome: Outcome | "absent" | "unfit";
	/** of the event that it is */
	type?: string;
	id?: string;
	/** under which id it lies in quarantine now, and why */
	quarantine?: string;
	reason?: string;
	issues?: readonly Issue[];
	error?: string;
	at?: string;
	/** of its reception */
	traceparent?: string;
	metrics: Record<string, number>;
	/** for the log line */
	about?: About;
}

/** The deliveries that lie in quarantine. */
export interface KeptAside {
	find(id: string, leftMs: number): Promise<Quarantined | undefined>;
	/** what an entry refers to */
	body(ref: string, leftMs: number): Promise<Uint8Array>;
	remove(id: string, leftMs: number): Promise<void>;
}

export interface RetryEndpoint extends Endpoint {
	kept: KeptAside;
}

/** Reads and records a kept delivery as the one it was when it came; its entry goes once what it brought is durable. Never throws. */
export async function retry(
	asked: Retry,
	endpoint: RetryEndpoint,
): Promise<Retried> {
	try {
		return await retryEntry(asked, endpoint);
	} catch (error) {
		return {
			outcome: "unavailable",
			metrics: { Unavailable: 1 },
			...sayError(error),
		};
	}
}

async function retryEntry(
	{ retry: id, unproven = false }: Retry,
	endpoint: RetryEndpoint,
): Promise<Retried> {
	const { kept, store, provider } = endpoint;
	const entry = isQuarantineId(id)
		? await kept.find(id, leftMs(store))
		: undefined;
	if (!entry) return { outcome: "absent", metrics: {} };
	const { reason, traceparent } = entry;
	if (reason === "polled")
		return { outcome: "unfit", reason, quarantine: id, metrics: {} };
	const delivery = await deliveryOf(entry, endpoint);
	// a person may have mended them just now
	const settings = await endpoint.settings.fresh(leftMs(store), 0);
	const proofs = provider.proofs(settings);
	const verdict = authenticateKept(delivery, reason, proofs, unproven);
	if ("unshown" in verdict) {
		const issues = [{ path: "headers", message: unshown[verdict.unshown] }];
		return {
			outcome: "quarantined",
			reason,
			quarantine: id,
			issues,
			traceparent,
			metrics: {},
		};
	}
	const aside: Kept[] = [];
	const {
		status,
		outcome,
		about = {},
		metrics,
	} = await receiveGenuine(verdict.genuine, {
		...endpoint,
		again: { receivedAt: entry.firstAt, isNoCopy: reason === "return" },
		async putAside(found) {
			const keeps = Object.keys(entry.headers);
			const { issues } = found;
			const put =
				found.reason === reason
					? { first: false, id, reason, issues }
					: await quarantine({ ...found, keeps }, store);
			aside.push(put);
			return put;
		},
	});
	const still = aside.find((put) => put.id === id);
	const isSettled = !still && (aside.length > 0 || status === 200);
	if (isSettled) await kept.remove(id, leftMs(store));
	const lies = still ?? aside[0];
	const [fact] = about.events ?? [];
	return {
		outcome,
		type: fact?.type,
		id: fact?.id,
		quarantine: lies?.id ?? (isSettled ? undefined : id),
		reason: lies?.reason ?? about.reason,
		issues: lies?.issues,
		traceparent,
		metrics,
		about,
	};
}

const unshown = {
	wrong: "the signature is not right by the settings as they are",
	gone: "the proof is a header that equals a secret, and is not kept: only a person can say that the delivery is genuine",
};

async function deliveryOf(
	{ body, path, query, headers, firstAt, traceparent }: Quarantined,
	{ kept, store }: RetryEndpoint,
): Promise<Delivery> {
	return {
		method: "POST",
		token: "",
		path,
		query,
		headers,
		bytes:
			body instanceof Uint8Array
				? body
				: await kept.body(body.ref, leftMs(store)),
		receivedAt: firstAt,
		traceparent: traceparent ?? newTraceparent(),
	};
}
