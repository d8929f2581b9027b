import * as z from "zod";

/** What other tools need to know of a provider's part of an installation; short, for it is kept in 4 KB. */
export const Installed = z.object({
	/** https://….execute-api.<region>.amazonaws.com */
	api: z.string(),
	/** /hooks/finbox/{token} */
	hook: z.string(),
	/** what may stand behind the token, where bodies do not say which event they are */
	paths: z.array(z.string()).optional(),
	tables: z.object({ inbox: z.string(), watches: z.string().optional() }),
	/** addresses: the provider's events, and those that no consumer could handle */
	queues: z.object({ events: z.string(), dead: z.string() }),
	bucket: z.string(),
	/** the log group of all its functions, whose lines are as functions/log/logged.ts says */
	log: z.string(),
	/** ARNs */
	secrets: z.object({ webhook: z.string(), api: z.string().optional() }),
	/** names */
	functions: z.object({
		webhook: z.string(),
		forward: z.string(),
		poll: z.string().optional(),
	}),
	/** with which log lines hash subjects, see functions/log/subject-hash.ts */
	subjectKey: z.string(),
});
export type Installed = z.output<typeof Installed>;

/** The path of an installation's SSM parameters, one for each provider by its name. */
export function parameterPath(stage: string): string {
	return `/billhook/${stage}`;
}
