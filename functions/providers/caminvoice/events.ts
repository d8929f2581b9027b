import * as z from "zod/mini";
import { once, state } from "../../inbox/identity.ts";
import type { Observation } from "../../inbox/observation.ts";

// https://developer.e-invoice.gov.kh

const id = z.string().check(z.minLength(1), z.maxLength(1024));
const Member = z.looseObject({
	endpoint_id: id.check(z.describe("the member that is told")),
});
const Document = z.extend(Member, {
	document_id: id.check(
		z.describe("its number, dates and amounts are in its detail"),
	),
});

export const Delivered = z.extend(Document, {
	type: z.literal("DOCUMENT.DELIVERED"),
});
export const Received = z.extend(Document, {
	type: z.literal("DOCUMENT.RECEIVED"),
});
export const StatusUpdated = z.extend(Document, {
	type: z.literal("DOCUMENT.STATUS_UPDATED"),
	status: z
		.string()
		.check(z.minLength(1), z.describe("ACCEPTED, REJECTED, PAID …")),
});
/** There is no document in it. */
export const Revoked = z.extend(Member, { type: z.literal("ENTITY.REVOKED") });

type Parties = Pick<z.output<typeof Document>, "document_id" | "endpoint_id">;

/** The supplier's and the customer's endpoint may both be ours, for one document. */
export function delivered({
	document_id,
	endpoint_id,
}: Parties): Observation<"document.delivered"> {
	return {
		type: "document.delivered",
		subject: document_id,
		identity: once("DOCUMENT.DELIVERED", endpoint_id, document_id),
	};
}

export function received({
	document_id,
	endpoint_id,
}: Parties): Observation<"document.received"> {
	return {
		type: "document.received",
		subject: document_id,
		identity: once("DOCUMENT.RECEIVED", endpoint_id, document_id),
	};
}

/** A status may come back: UNDER_QUERY, IN_PROCESS, UNDER_QUERY. */
export function statusUpdated({
	document_id,
	endpoint_id,
	status,
}: Parties & { status: string }): Observation<"document.status_updated"> {
	return {
		type: "document.status_updated",
		subject: document_id,
		identity: state({ lane: endpoint_id, value: status }),
	};
}

/** A member may connect again and be revoked again. */
export function revoked({
	endpoint_id,
}: Pick<Parties, "endpoint_id">): Observation<"entity.revoked"> {
	return {
		type: "entity.revoked",
		subject: endpoint_id,
		identity: state({
			value: "revoked",
			withinSeconds: 3600,
			recurring: true,
		}),
	};
}
