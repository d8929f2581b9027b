import { join } from "node:path";
import { forgetPassed } from "./engines/dynoxide-stream.ts";
import { dynoxideVersion, type Engine } from "./engines/engine.ts";
import { loadCheckpoints } from "./stream/mapping.ts";

/** Takes what the streams have delivered out of the engine's file, while no engine has it open: it would grow slow with them. */
export function forgetDelivered(
	folder: string,
	engine: Engine,
	say: (line: string) => void,
): void {
	if (engine !== "dynoxide") return;
	const checkpoints = loadCheckpoints(join(folder, "streams", engine));
	const passed = checkpoints.flatMap(({ streamArn, shards }) =>
		Object.entries(shards).flatMap(([shard, { after }]) =>
			after === undefined ? [] : [{ streamArn, shard, after }],
		),
	);
	const file = join(folder, "dynamodb", engine, "dynoxide.sqlite");
	const why = forgetPassed(file, dynoxideVersion(), passed);
	if (why)
		say(
			`What the streams have delivered stays in ${file}, and slows it down: ${why}.`,
		);
}
