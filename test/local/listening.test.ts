import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openLocalCloud } from "../../local/cloud.ts";
import { engines } from "../support/cloud.ts";
import { temporaryFolder, writeAssembly } from "../support/local-app.ts";
import { tinyApp } from "../support/local-inbox.ts";

const loopback = [
	"0100007F",
	"0000000000000000FFFF00000100007F",
	"00000000000000000000000001000000",
];

/** The addresses, as the kernel writes them, on which this process and all below it listen. */
function listening(): string[] {
	const sockets = new Set(
		[process.pid, ...descendants(process.pid)].flatMap(socketsOf),
	);
	return ["tcp", "tcp6"]
		.flatMap((table) =>
			readFileSync(`/proc/net/${table}`, "utf8").split("\n").slice(1),
		)
		.map((line) => line.trim().split(/\s+/))
		.filter(([, , , state, , , , , , inode]) => {
			const isListening = state === "0A";
			return isListening && sockets.has(`socket:[${inode}]`);
		})
		.map(([, local = ""]) => local.split(":")[0] ?? "");
}

function descendants(parent: number): number[] {
	return readdirSync("/proc")
		.filter((name) => /^\d+$/.test(name))
		.map(Number)
		.filter((pid) => parentOf(pid) === parent)
		.flatMap((pid) => [pid, ...descendants(pid)]);
}

function parentOf(pid: number): number {
	const [, after = ""] = read(`/proc/${pid}/stat`).split(/\) . /);
	return Number(after.split(" ")[0]);
}

function socketsOf(pid: number): string[] {
	const folder = `/proc/${pid}/fd`;
	return names(folder).map((name) => {
		try {
			return readlinkSync(join(folder, name));
		} catch {
			// closed meanwhile
			return "";
		}
	});
}

function read(file: string): string {
	try {
		return readFileSync(file, "utf8");
	} catch {
		// a process that has ended meanwhile
		return "";
	}
}

function names(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch {
		// a process that has ended meanwhile
		return [];
	}
}

test.runIf(process.platform === "linux").each(engines)(
	"on %s nothing listens but on the loopback",
	async (dynamodb) => {
		using folder = temporaryFolder();
		const before = listening().length;
		await using _ = await openLocalCloud({
			data: join(folder.path, "data"),
			assembly: writeAssembly(folder.path, tinyApp()),
			port: 0,
			dynamodb,
		});
		const addresses = listening();
		// the gateway, DynamoDB, SQS with S3, Secrets Manager
		expect(addresses.length - before).toBeGreaterThanOrEqual(4);
		expect(addresses.filter((one) => !loopback.includes(one))).toEqual([]);
	},
	120_000,
);
