import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Addresses } from "../../local/addresses.ts";
import { type TypedAt, type } from "./billhook.ts";
import { type Call, readCall } from "./judge.ts";
import { temporaryFolder } from "./local-app.ts";
import { openWire } from "./wire.ts";

/** Commands typed at a local cloud through wires, and what they ask of it. */
export async function openWired(data: string, place: string) {
	await using stack = new AsyncDisposableStack();
	const folder = stack.use(temporaryFolder());
	const text = readFileSync(join(data, "local.json"), "utf8");
	const addresses: Addresses = JSON.parse(text);
	const wires = await Promise.all(
		[...new Set([addresses.api, ...Object.values(addresses.endpoints)])].map(
			async (upstream) => {
				const wire = await openWire(upstream, () => undefined);
				return { upstream, wire: stack.use(wire) };
			},
		),
	);
	const wired = wires.reduce(
		(changed, { upstream, wire }) =>
			changed.replaceAll(`"${upstream}"`, `"${wire.endpoint}"`),
		text,
	);
	writeFileSync(join(folder.path, "local.json"), wired);
	// read as files are
	symlinkSync(join(data, "log"), join(folder.path, "log"));
	const environment = { BILLHOOK_DATA: folder.path };
	const typed: TypedAt = (words, typing = {}) =>
		type(words, { ...typing, environment });
	const opened = stack.move();
	return {
		typed,
		/** since it was asked last */
		calls(): Call[] {
			return wires
				.flatMap(({ wire }) => wire.passed.splice(0))
				.filter(({ headers }) => headers.authorization !== undefined)
				.map((passing) => readCall(passing, place));
		},
		[Symbol.asyncDispose]: () => opened.disposeAsync(),
	};
}
