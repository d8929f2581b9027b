import * as z from "zod";

const variables = {
	BILLHOOK_STAGE: z.string().min(1),
	BILLHOOK_PROVIDER: z.string().min(1),
	BILLHOOK_INBOX: z.string().min(1),
	BILLHOOK_WATCHES: z.string().min(1),
	BILLHOOK_WATCHES_BY_PROVIDER: z
		.string()
		.transform((text): unknown => JSON.parse(text))
		.pipe(z.record(z.string(), z.string())),
	BILLHOOK_BUCKET: z.string().min(1),
	BILLHOOK_SECRET: z.string().min(1),
	/** for how long settings are kept; on a desk an edit counts at once */
	BILLHOOK_SETTINGS_SECONDS: z.coerce.number().int().min(0).default(300),
	BILLHOOK_QUEUE: z.url(),
	/** with which log lines hash subjects */
	BILLHOOK_SUBJECT_KEY: z.string().min(1),
	/** whether log lines say from where a delivery came, and by what */
	BILLHOOK_LOG_SENDERS: z.enum(["yes", "no"]).default("no"),
	BILLHOOK_RETENTION_DAYS: z.coerce.number().int().positive(),
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
