import type { Asked, SimulatedAnswer } from "../../simulator/asked.ts";
import { serveApi } from "../../simulator/server.ts";
import type { SimulatorOptions } from "../../simulator/simulator.ts";
import { openTokens } from "../../simulator/tokens.ts";

// https://developer.dealpos.com

interface Payment {
	ID: string;
	InvoiceID: string;
	Outlet: string;
	Number: string;
	Amount: number;
	Method: string;
	Date: string;
	Created: string;
	Creator: string;
}

export interface DealposOptions extends SimulatorOptions {
	/** the zone of Date and Created, which no page tells; Indonesia has three */
	zone?: "+07:00" | "+08:00" | "+09:00";
	/** "default 50 requests over all endpoints per 180 s", raised on request */
	limit?: number;
}

const credentials = {
	clientId: "simulated-client",
	clientSecret: "simulated-secret",
};
const windowSeconds = 180;

export default function openSimulator(options: DealposOptions = {}) {
	const account = { ...credentials, ...options.credentials };
	const { clock = () => new Date(), zone = "+07:00", limit = 50 } = options;
	// a token's life is not documented
	const tokens = openTokens(clock, 3600);
	const payments = new Map<string, Payment>();
	let window = 0;
	let spent = 0;

	function known(id: string): Payment {
		const payment = payments.get(id);
		if (!payment) throw new Error(`No payment ${id}.`);
		return payment;
	}

	function add(input: Partial<Payment> & { ID: string }): Payment {
		const local = clock().getTime() + Number(zone.slice(1, 3)) * 3_600_000;
		const now = new Date(local).toISOString().slice(0, 19);
		const payment = {
			...sample,
			Date: now.slice(0, 10),
			Created: now,
			...input,
		};
		payments.set(payment.ID, payment);
		return payment;
	}

	/** Requests left in the fixed window of all endpoints together; below zero: refused. */
	function spend(): number {
		const current = Math.floor(clock().getTime() / 1000 / windowSeconds);
		if (current !== window) spent = 0;
		window = current;
		spent += 1;
		return limit - spent;
	}

	function token({ text }: Asked): SimulatedAnswer {
		const { client_id, client_secret } = JSON.parse(text);
		if (
			client_id !== account.clientId ||
			client_secret !== account.clientSecret
		)
			return { status: 401, body: { message: "Invalid client" } };
		return {
			body: {
				access_token: tokens.issue("account"),
				token_type: "Bearer",
				expires_in: 3600,
			},
		};
	}

	/** Payments of the days from one to the other, by outlet; inside, the fields of a webhook but the outlet's name. */
	function list({ text }: Asked): SimulatedAnswer {
		const { From, To } = JSON.parse(text || "{}");
		if (!From || !To)
			return { status: 400, body: { message: "From and To are required" } };
		const found = [...payments.values()].filter((payment) => {
			const day = payment.Date.slice(0, 10);
			return day >= From && day <= To;
		});
		return {
			body: [...new Set(found.map(({ Outlet }) => Outlet))].map((outlet) => ({
				Outlet: outlet,
				Payments: found
					.filter(({ Outlet }) => Outlet === outlet)
					.map(({ Outlet: _, ...payment }) => payment),
			})),
		};
	}

	/** The vendor's paths are found whatever their case. */
	function route(asked: Asked): SimulatedAnswer {
		const path = asked.path.toLowerCase();
		if (asked.method === "POST" && path === "/api/v3/token/oauth2")
			return token(asked);
		if (!tokens.owner(asked.headers))
			return { status: 401, body: { message: "Unauthorized" } };
		if (path === "/api/v3/payment/invoice/p" && asked.method === "POST")
			return list(asked);
		if (path !== "/api/v3/payment/invoice")
			return { status: 404, body: { message: "Not found" } };
		if (asked.method === "GET") return list(asked);
		// one letter beside the way to read: this one adds money
		const { ID = `added-${payments.size}`, ...rest } = JSON.parse(
			asked.text || "{}",
		);
		return { body: add({ ID, ...rest }) };
	}

	return serveApi(({ post }) => {
		const tell = (event: string, body: Payment) =>
			post({ path: `/payment/${event}`, body });
		return {
			settings: (url) => ({ apiUrl: url, ...account }),
			facts: () => [...payments.values()],
			retries: (attempt, status = 0) =>
				attempt < 2 && (status >= 500 || status === 408 || status === 429),
			answer(asked) {
				const left = spend();
				const answer =
					left < 0
						? { status: 429, body: { message: "Too many requests" } }
						: route(asked);
				return { ...answer, headers: rateLimit(limit, Math.max(left, 0)) };
			},
			acts: {
				pay: (input: Partial<Payment> & { ID: string }) =>
					tell("created", add(input)),
				update(input: Partial<Payment> & { ID: string }) {
					Object.assign(known(input.ID), input);
					return tell("updated", known(input.ID));
				},
				writeOff: (input: { ID: string }) => tell("writeoff", known(input.ID)),
				/** It is gone from every list; only the webhook says so. */
				remove(input: { ID: string }) {
					const payment = known(input.ID);
					payments.delete(input.ID);
					return tell("deleted", payment);
				},
				expireTokens(_: object = {}) {
					tokens.expire();
				},
			},
			examples: {
				pay: { ID: "payment-1", Amount: 100000 },
				update: { ID: "payment-1", Amount: 90000 },
				remove: { ID: "payment-1" },
				writeOff: { ID: "payment-1" },
				expireTokens: {},
			},
		};
	}, options);
}

const sample = {
	InvoiceID: "008cdf4c-f5c1-449c-94dd-c2f3741fb1ab",
	Outlet: "Outlet1",
	Number: "2020.07.0001",
	Amount: 100000,
	Method: "Cash",
	Creator: "Example Cashier",
};

function rateLimit(limit: number, left: number) {
	return {
		"ratelimit-limit": String(limit),
		"ratelimit-remaining": String(left),
		"ratelimit-policy": `${limit};w=${windowSeconds}`,
	};
}
