import * as z from "zod/mini";
import type { ApiAnswer } from "../../asking/request.ts";
import { expectRows, expectShape, Seconds } from "../../asking/shape.ts";
import { objectOf, partsOf } from "../../inbox/json-text.ts";
import type { Cursor, Page, Poll, Run, Settled } from "../../polling/poll.ts";
import { ChangedPayment, paymentUpdated } from "./events.ts";

const settings = z.object({
	/** your own host: https://{subdomain}.dealpos.com or .net */
	apiUrl: z.optional(z.string()),
	clientId: z.optional(z.string()),
	clientSecret: z.optional(z.string()),
	/** of your outlets; unset, every zone of Indonesia and UTC are allowed for */
	zone: z.optional(z.string().check(z.regex(/^[+-]\d\d:\d\d$/))),
});
type Settings = z.output<typeof settings>;
type Name = "token" | "payments";

const Granted = z.looseObject({
	access_token: z.string().check(z.minLength(1)),
	expires_in: z.optional(Seconds),
});

// which fields a listed payment has is not documented; its outlet stands on the group
const Outlets = z.array(
	z.looseObject({
		Outlet: z.unknown(),
		Payments: z.array(z.unknown()),
	}),
);

const Listed = z.object({ payment: ChangedPayment, text: z.string() });

const Place = z.object({
	from: z.string(),
	startedAt: z.string(),
	held: z.boolean(),
});

const dayMs = 86_400_000;
const windowDays = 3;

export const poll: Poll<Settings, Name> = {
	settings,
	everyMinutes: 10,
	needs: ["clientId", "clientSecret"],
	url: ({ apiUrl }) => apiUrl,
	requests: {
		token: "POST /api/v3/Token/OAuth2",
		// not /Payment/Invoice: that one adds a payment
		payments: "POST /api/v3/Payment/Invoice/p",
	},
	brings: { "payment.created": [], "payment.updated": [] },
	// of 50, which everything that uses the account shares
	budget: { requests: 30, seconds: 180 },
	tokens: {
		async fetch(_, { call, now, settings }) {
			const { clientId, clientSecret } = settings;
			const answer = await call("token", {
				json: {
					client_id: clientId,
					client_secret: clientSecret,
					grant_type: "client_credentials",
				},
			});
			// how long a token lives is not documented
			const { access_token, expires_in = 300 } = expectShape(
				Granted,
				answer.json,
			);
			const expiresAt = new Date(now.getTime() + expires_in * 800);
			return { access: access_token, expiresAt };
		},
	},
	list: { cursors: () => ["payments"], pass },
};

/** Yesterday's and today's payments, and those of every day since the last complete pass; the filter knows days only. */
async function* pass(
	{ since, place }: Cursor,
	{ call, now, settings }: Run<Settings, Name>,
): AsyncGenerator<Page, string, Settled> {
	const last = dayIn(settings.zone ?? "+09:00", now);
	const before = new Date(Date.parse(since ?? now.toISOString()) - dayMs);
	const progress = place
		? Place.parse(JSON.parse(place))
		: {
				from: dayIn(settings.zone ?? "+00:00", before),
				startedAt: now.toISOString(),
				held: false,
			};
	// a first pass that fails must not begin later the next time
	if (!since && !place) yield pageOf(progress);
	while (progress.from <= last) {
		const { from } = progress;
		let to = plusDays(from, windowDays - 1);
		if (to > last) to = last;
		const answer = await call("payments", { json: { From: from, To: to } });
		const { rows, unreadable } = expectRows(Listed, paymentsIn(answer));
		const sightings = rows.map(({ payment, text }) => ({
			observations: [{ ...paymentUpdated(payment, text), text }],
			observedAt: answer.sentAt,
		}));
		const settled = yield { sightings, odd: unreadable };
		progress.held ||= settled.includes(false);
		progress.from = plusDays(to, 1);
		yield pageOf(progress);
	}
	const { held, startedAt } = progress;
	// what came too early must be listed again
	return held ? (since ?? startedAt) : startedAt;
}

/** Each listed payment with its outlet, which stands on the group, and its own text. */
function paymentsIn({ json, text }: ApiAnswer): unknown[] {
	expectShape(Outlets, json);
	const outlets = [...partsOf(text).values()].map(partsOf);
	return outlets.flatMap((outlet) => {
		const named = ["Outlet", outlet.get("Outlet") ?? "null"] as const;
		const payments = [...partsOf(outlet.get("Payments") ?? "").values()];
		return payments.map((payment) => {
			const text = objectOf(new Map([named, ...partsOf(payment)]));
			return { payment: JSON.parse(text), text };
		});
	});
}

function pageOf(progress: z.output<typeof Place>): Page {
	return { sightings: [], place: JSON.stringify(progress) };
}

/** The calendar's day there, as YYYY-MM-DD. */
function dayIn(zone: string, time: Date): string {
	const [hours = "", minutes = ""] = zone.slice(1).split(":");
	const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
	const shifted = time.getTime() + (zone.startsWith("-") ? -offset : offset);
	return new Date(shifted).toISOString().slice(0, 10);
}

function plusDays(day: string, days: number): string {
	return new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);
}
