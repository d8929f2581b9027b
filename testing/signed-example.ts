import * as z from "zod";
import { sign } from "../functions/proofs/sign.ts";
import type {
	Example,
	ExampleDelivery,
	Provider,
} from "../functions/provider.ts";

export interface SignedExample {
	/** names in lower case */
	headers: Record<string, string>;
	text: string;
}

/** One of a provider's example deliveries as its sender would send it then, by the example's settings. */
export function signedExample(
	provider: Pick<Provider, "settings" | "proofs">,
	example: Example,
	delivery: ExampleDelivery,
	sentAt: Date,
): SignedExample {
	const { body } = delivery;
	const text = typeof body === "string" ? body : JSON.stringify(body);
	const settings = z.parse(provider.settings, example.settings);
	const signed = provider
		.proofs(settings)
		.filter(({ kind }) => kind === "hmac");
	const headers = {
		"content-type": "application/json",
		...delivery.headers,
		// what equals a secret stands there as it was recorded
		...example.headers,
	};
	const request = { headers, bytes: Buffer.from(text), sentAt };
	return { headers: { ...headers, ...sign(signed, request) }, text };
}
