import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const version = "4.0.2";
const sha512 =
	"FE5Vskx7mYNnqAnWWJXUOsLp2VGgdsJsCoRLFTa8L4Yk0QVtArqR8q58yPA++QC1a73ZWJXBQ2AH31nIAv7NOQ==";

export const runtimeInterfaceClient = `aws-lambda-ric ${version}`;

/** Fetches Amazon's own runtime interface client, without what it would compile, and answers its entry. */
export async function fetchRuntimeInterfaceClient(
	folder: string,
): Promise<string> {
	// not a dependency: npm would build curl, and install a hundred packages to do it
	const words = ["pack", `aws-lambda-ric@${version}`, "--prefer-offline"];
	const npm = process.env.npm_execpath;
	const [program, first] = npm ? [process.execPath, [npm]] : ["npm", []];
	try {
		await run(program, [...first, ...words], { cwd: folder, timeout: 60_000 });
	} catch (error) {
		throw new Error(
			`Cold starts need aws-lambda-ric ${version}, and npm could not fetch it: ${(error as Error).message}`,
		);
	}
	const packed = join(folder, `aws-lambda-ric-${version}.tgz`);
	const digest = createHash("sha512").update(readFileSync(packed));
	if (digest.digest("base64") !== sha512)
		throw new Error(`aws-lambda-ric ${version} is not what it was.`);
	await run("tar", ["-xzf", packed, "-C", folder]);
	const unpacked = join(folder, "package");
	const client = join(unpacked, "rapid-client.node");
	mkdirSync(client);
	writeFileSync(join(client, "package.json"), '{ "main": "client.cjs" }');
	copyFileSync(
		join(import.meta.dirname, "rapid-client.cjs"),
		join(client, "client.cjs"),
	);
	return join(unpacked, "index.mjs");
}
