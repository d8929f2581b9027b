import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** Answers its address, which it says itself once it listens. */
export async function startMoto(stack: AsyncDisposableStack): Promise<string> {
	const child = spawn("moto_server", ["-H", "127.0.0.1", "-p", "0"], {
		env: { ...process.env, PYTHONUNBUFFERED: "1" },
		stdio: ["ignore", "ignore", "pipe"],
	});
	stack.defer(async () => {
		const ended = once(child, "exit");
		if (child.kill()) await ended;
	});
	const said: string[] = [];
	return await new Promise((resolve, reject) => {
		child.once("exit", () => reject(new Error(said.join("\n"))));
		// read to its end: moto stops at a pipe that is full
		createInterface({ input: child.stderr }).on("line", (line) => {
			const [, address] = /Running on (http:\S+)/.exec(line) ?? [];
			if (address) resolve(address);
			else if (said.length < 20) said.push(line);
		});
	});
}
