import * as z from "zod/mini";
import { expectShape } from "../../asking/shape.ts";
import type { Poll } from "../../polling/poll.ts";
import { Processed, processed } from "./events.ts";

const settings = z.object({
	/** for the sandbox: https://sandbox-api.photoncommerce.com */
	apiUrl: z.optional(z.string()),
	clientId: z.optional(z.string()),
	username: z.optional(z.string()),
	apiKey: z.optional(z.string()),
	password: z.optional(z.string()),
	secretKey: z.optional(z.string()),
	/** "json" (GET /api/v4/json), which the vendor's own code uses today, or "webhook" (POST /webhook), the documented page's */
	endpoint: z.optional(z.enum(["json", "webhook"])),
});
type Settings = z.output<typeof settings>;

const Extracted = Processed.shape.data.check(
	z.refine((data) => Object.keys(data).length > 0),
);
// the status is "success" in both states: only data tells that a document is done
const Done = z.extend(Processed, { data: Extracted });
const Processing = z.looseObject({
	data: z.optional(z.null()),
	message: z.string().check(z.regex(/being processed/i)),
});
// older pages of the vendor show an array of one document
const Listed = z.tuple([Extracted]);

export const poll: Poll<Settings, "json" | "webhook"> = {
	settings,
	everyMinutes: 1,
	needs: ["clientId", "username", "apiKey", "password", "secretKey"],
	url: ({ apiUrl = "https://api.photoncommerce.com" }) => apiUrl,
	headers: ({ clientId, username, apiKey, password, secretKey }) => ({
		"CLIENT-ID": String(clientId),
		AUTHORIZATION: `apikey ${username}:${apiKey}`,
		PASSWORD: String(password),
		"SECRET-KEY": String(secretKey),
	}),
	requests: { json: "GET /api/v4/json", webhook: "POST /webhook" },
	brings: { "document.processed": [] },
	// ten a second are allowed, and those above it queued
	budget: { requests: 300, seconds: 60 },
	// 403 stands for a missing parameter and a used-up quota too
	deniedBy: [401],
	watches: {
		kinds: ["document"],
		subject: z.string().check(z.minLength(1), z.maxLength(1024)),
		firstSeconds: 20,
		longestSeconds: 3600,
		final: ({ subject }) => processed(subject),
		async *ask({ subject, reference }, { call, settings }) {
			const { endpoint = "json" } = settings;
			const answer = await call(endpoint, { query: { photon_key: subject } });
			const done = readAnswer(answer.json, subject);
			if (!done) return "waiting";
			const body = {
				...done,
				message: "success",
				status: "success",
				...(reference !== undefined && { ID: reference }),
			};
			const observations = [{ ...processed(subject), body }];
			yield { sightings: [{ observedAt: answer.sentAt, observations }] };
			return "finished";
		},
	},
};

/** What the document became, or undefined while it is being processed. */
function readAnswer(json: unknown, subject: string) {
	// the data alone is known by the key in it
	const Alone = Extracted.check(
		z.refine(({ photon_key }) => photon_key === subject),
	);
	return expectShape(
		z.union([
			Done,
			z.pipe(
				Processing,
				z.transform(() => undefined),
			),
			z.pipe(
				Listed,
				z.transform(([data]) => ({ data })),
			),
			z.pipe(
				Alone,
				z.transform((data) => ({ data })),
			),
		]),
		json,
	);
}
