import * as z from "zod/mini";
import { canonicalDigest } from "../../inbox/canonical.ts";
import { digestOf, once, state } from "../../inbox/identity.ts";
import { idIn, objectOf, partsOf } from "../../inbox/json-text.ts";
import type { Observation } from "../../inbox/observation.ts";
import { byContent } from "../../provider.ts";

// https://developer.dealpos.com/webhook/webhook/invoice-payment

const text = z.string().check(z.minLength(1));
const dated =
	"the payment's day, in one of several formats; where it has a time, without a zone";
const entered =
	"when it was entered, in one of several formats; where it has a time, without a zone";

export const Payment = z.looseObject({
	ID: text.check(z.maxLength(1024), z.describe("the payment's")),
	InvoiceID: text.check(z.describe("of the invoice it pays")),
	Outlet: text.check(z.describe("a name, which may change")),
	Number: text.check(z.describe("unique within its outlet")),
	Amount: z
		.number()
		.check(
			z.describe("whole or with a fraction, in a currency that no field names"),
		),
	Method: text.check(z.describe('a name, such as "Cash"')),
	Date: text.check(z.describe(dated)),
	Created: text.check(z.describe(entered)),
	Creator: text.check(z.describe("a person's name")),
});

/** The dates of a payment that was updated or deleted may be empty. */
export const ChangedPayment = z.extend(Payment, {
	Date: z.string().check(z.describe(dated)),
	Created: z.string().check(z.describe(entered)),
});

type Fields = z.output<typeof ChangedPayment>;

// it sends once more, 7 s after a failure, and our own answer takes up to 10
const withinSeconds = 20;

const created = { type: "payment.created", key: "created" } as const;

/** A payment's own text tells its amount to the last digit. */
export function paymentCreated(payment: Fields, text: string) {
	return changed(payment, text, created);
}

/** A poll cannot tell the two apart: where it finds a payment first, it is created. */
export function paymentUpdated(payment: Fields, text: string) {
	return changed(payment, text, { type: "payment.updated" });
}

function changed<const Type extends string>(
	payment: Fields,
	text: string,
	{ type, key }: { type: Type; key?: string },
): Observation<Type> {
	return {
		type,
		subject: payment.ID,
		identity: state({
			lane: "payment",
			value: fieldsOf(payment, text),
			key,
			first: created,
			withinSeconds,
		}),
	};
}

export function paymentDeleted({ ID }: Fields): Observation<"payment.deleted"> {
	return {
		type: "payment.deleted",
		subject: ID,
		identity: once(ID, "deleted"),
	};
}

export function paymentWrittenOff(
	{ ID }: Fields,
	text: string,
): Observation<"payment.writeoff"> {
	return {
		type: "payment.writeoff",
		subject: ID,
		identity: once(ID, "writeoff", canonicalDigest(text)),
	};
}

/** The documented fields alone: a poll need not show what a webhook adds to them. */
function fieldsOf(payment: Fields, text: string): string {
	return digestOf(
		payment.ID,
		payment.InvoiceID,
		payment.Outlet,
		payment.Number,
		canonicalDigest(partsOf(text).get("Amount") ?? ""),
		payment.Method,
		dayOf(payment.Date),
		dayOf(payment.Created),
		payment.Creator,
	);
}

const months = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** The same day in every format the vendor writes it in: a webhook and a list need not agree on one. */
function dayOf(date: string): string {
	if (date.startsWith("0001-01-01")) return "";
	const [iso] = /^\d{4}-\d\d-\d\d/.exec(date) ?? [];
	if (iso) return iso;
	const [, day = "", month = "", year] =
		/^(\d{1,2}) ([A-Z][a-z]{2})[a-z]* (\d{4})/.exec(date) ?? [];
	const number = months.indexOf(month) / 3 + 1;
	return year && Number.isInteger(number) && number > 0
		? [
				year,
				...[String(number), day].map((part) => part.padStart(2, "0")),
			].join("-")
		: date;
}

/** What happened to something else than a payment; its fields are documented by sample only, and none as required. */
export const Thing = z.looseObject({
	ID: z
		.nullish(z.union([z.string().check(z.maxLength(1024)), z.number()]))
		.check(
			z.describe(
				"customers, suppliers, transfer orders and inbound logistics have none",
			),
		),
});

/** The asynchronous groups beside payments, with the events documented or to be expected of each. */
const groups = {
	product: [
		"created",
		"updated",
		"deleted",
		"variant-created",
		"variant-updated",
	],
	invoice: ["created", "updated", "deleted", "erased", "restored"],
	customer: ["created", "updated", "deleted"],
	supplier: ["created", "updated", "deleted"],
	bill: ["created", "updated", "deleted", "purchase-order-created"],
	"transfer-order": ["created", "updated", "deleted"],
	"outbound-logistic": ["created", "updated", "deleted", "complete"],
	"inbound-logistic": ["created", "updated", "deleted", "complete"],
	adjustment: ["created", "updated", "deleted"],
	"bill-payment": ["created", "updated", "deleted"],
	shift: ["created", "updated", "deleted", "close-shift"],
	outlet: ["created", "updated", "deleted"],
} as const;

type Groups = typeof groups;
export type ThingType = {
	[Group in keyof Groups]: `${Group}.${Groups[Group][number]}`;
}[keyof Groups];

export const things = Object.fromEntries(
	Object.entries(groups).flatMap(([group, events]) =>
		events.map((event) => [`${group}.${event}`, Thing]),
	),
) as Record<ThingType, typeof Thing>;

export function isThing(type: string): type is ThingType {
	return Object.hasOwn(things, type);
}

/** Customers, suppliers, transfer orders and inbound logistics come without an ID. */
export function happened<Type extends ThingType>(
	type: Type,
	{ group, event }: { group: string; event: string },
	text: string,
): Observation<Type> {
	const ID = idIn(text, "ID");
	if (!ID) return byContent(type, text);
	return {
		type,
		subject: `${group}/${ID}`,
		identity: state({
			value: digestOf(event, canonicalDigest(text)),
			withinSeconds,
		}),
	};
}

export const Unrecognized = z
	.object({
		group: z.string().check(z.describe("of the URL")),
		event: z.string().check(z.describe("of the URL")),
		body: z.unknown().check(z.describe("as it came")),
	})
	.check(z.describe("what came, with the path that says what it is"));

/** The body does not say what it is: the path goes with it. */
export function unrecognized(
	{ group, event }: { group: string; event: string },
	body: string,
): Observation<"unrecognized"> {
	const text = objectOf([
		["group", JSON.stringify(group)],
		["event", JSON.stringify(event)],
		["body", body],
	]);
	return { ...byContent("unrecognized", text), text };
}
