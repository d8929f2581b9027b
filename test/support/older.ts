import * as z from "zod";
import { once, state } from "../../functions/inbox/identity.ts";
import { equals } from "../../functions/proofs/equals.ts";
import { hmac } from "../../functions/proofs/hmac.ts";
import type { Provider } from "../../functions/provider.ts";

const Parcel = z.looseObject({ id: z.string(), state: z.string() });

interface Settings {
	key?: string;
	signingKey?: string;
}

function parcels(asOf: "older" | "newer"): Provider {
	return {
		name: "toy",
		documentation: "https://toy.example/docs",
		settings: z.object({
			key: z.string().optional(),
			signingKey: z.string().optional(),
		}),
		proofs: ({ key, signingKey }: Settings) => [
			...equals("x-key", key),
			...hmac({
				secrets: [signingKey],
				signature: { header: "x-signature" },
				timestamp: { header: "x-time" },
				signs: "{timestamp}.{body}",
			}),
		],
		path: [],
		answer: { status: "success" },
		events: { moved: Parcel, sealed: Parcel },
		read({ json }) {
			if (asOf === "older") z.looseObject({ weight: z.number() }).parse(json);
			const { id, state: value } = Parcel.parse(json);
			return value === "sealed"
				? { event: { type: "sealed", subject: id, identity: once(id) } }
				: { event: { type: "moved", subject: id, identity: state({ value }) } };
		},
	};
}

/** A provider whose reader knows no parcel without a weight. */
export const older = parcels("older");

/** The same, mended. */
export const newer = parcels("newer");
