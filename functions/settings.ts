import * as z from "zod/mini";
import en from "zod/v4/locales/en.js";

// what is wrong is said in words: zod/mini by itself has none
z.config(en());

// z.coerce would bring types into every bundle that no schema has
const variables = {
	BILLHOOK_STAGE: z.string().check(z.minLength(1)),
	BILLHOOK_PROVIDER: z.string().check(z.minLength(1)),
	BILLHOOK_INBOX: z.string().check(z.minLength(1)),
	BILLHOOK_WATCHES: z.string().check(z.minLength(1)),
	BILLHOOK_WATCHES_BY_PROVIDER: z.pipe(
		z.pipe(
			z.string(),
			z.transform((text): unknown => JSON.parse(text)),
		),
		z.record(z.string(), z.string()),
	),
	BILLHOOK_BUCKET: z.string().check(z.minLength(1)),
	BILLHOOK_SECRET: z.string().check(z.minLength(1)),
	/** for how long settings are kept; on a desk an edit counts at once */
	BILLHOOK_SETTINGS_SECONDS: z._default(
		z.pipe(z.transform(Number), z.number().check(z.int(), z.gte(0))),
		300,
	),
	BILLHOOK_QUEUE: z.url(),
	/** with which log lines hash subjects */
	BILLHOOK_SUBJECT_KEY: z.string().check(z.minLength(1)),
	/** whether log lines say from where a delivery came, and by what */
	BILLHOOK_LOG_SENDERS: z._default(z.enum(["yes", "no"]), "no"),
	BILLHOOK_RETENTION_DAYS: z.pipe(
		z.transform(Number),
		z.number().check(z.int(), z.positive()),
	),
};

type Variables = typeof variables;

/** The environment variables a function needs, by name; one error names all that are missing or wrong. */
export function readEnvironment<Name extends keyof Variables>(
	...names: readonly Name[]
): { [N in Name]: z.output<Variables[N]> } {
	const wanted = z.object(
		Object.fromEntries(names.map((name) => [name, variables[name]])),
	);
	const result = wanted.safeParse(process.env);
	if (result.success)
		return result.data as unknown as { [N in Name]: z.output<Variables[N]> };
	const wrong = result.error.issues.map(
		(issue) => `${issue.path.join(".")}: ${issue.message}`,
	);
	throw new Error(
		`The function's environment is incomplete: ${wrong.join("; ")}`,
	);
}
