import {
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { Trouble } from "../trouble.ts";

/** What a replay is asked to send, and how far it has got; nothing of an event but its id. */
export const Progress = z.object({
	replay: z.string(),
	/** the installation, as a person knows it */
	called: z.string(),
	rate: z.number(),
	/** these events; absent, those of the filter */
	ids: z.array(z.string()).optional(),
	filter: z.object({
		provider: z.string().optional(),
		type: z.string().optional(),
		subject: z.string().optional(),
		via: z.enum(["webhook", "poll"]).optional(),
		since: z.coerce.date(),
		until: z.coerce.date(),
	}),
	count: z.number(),
	/** everything recorded before has been sent */
	before: z.string(),
	/** and these of what was recorded since */
	done: z.array(z.string()),
	sent: z.number(),
	refused: z.array(z.object({ id: z.string(), reason: z.string() })),
});
export type Progress = z.output<typeof Progress>;

/** Where a replay that was interrupted is found again: beside the local cloud's data. */
export function openProgress(folder: string) {
	const place = join(folder, "replays");
	const fileOf = (replay: string) => join(place, `${replay}.json`);
	return {
		write(progress: Progress): void {
			mkdirSync(place, { recursive: true, mode: 0o700 });
			const file = fileOf(progress.replay);
			writeFileSync(`${file}.half`, JSON.stringify(progress), { mode: 0o600 });
			renameSync(`${file}.half`, file);
		},
		remove(replay: string): void {
			rmSync(fileOf(replay), { force: true });
		},
		read(replay: string): Progress {
			const known = namesIn(place);
			if (!known.includes(replay))
				throw new Trouble(
					known.length > 0
						? `There is no replay "${replay}" to go on with in ${place}; there are ${known.join(", ")}.`
						: `There is no replay to go on with in ${place}.`,
				);
			return Progress.parse(JSON.parse(readFileSync(fileOf(replay), "utf8")));
		},
	};
}

function namesIn(place: string): string[] {
	try {
		return readdirSync(place)
			.filter((name) => name.endsWith(".json"))
			.map((name) => name.slice(0, -".json".length));
	} catch {
		// no replay was ever interrupted here
		return [];
	}
}
