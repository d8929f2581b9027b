import { fork } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ending, ours } from "../ending.ts";
import { makeCertificate } from "./certificate.ts";

export interface Setting {
	key: string;
	certificate: string;
	/** the engine's endpoint */
	dynamodb: string;
	/** what every secret holds */
	secret: string;
}

/** What holds for the calls to come. */
export interface Order {
	/** whether bodies are kept */
	keep: boolean;
	/** how long SQS takes to answer */
	sqsMs: number;
}

export interface Call {
	operation: string;
	status: number;
	body: string;
}

/** The calls since the last order. */
export interface Report {
	counts: Record<string, number>;
	kept: Call[];
}

/** AWS over https on the loopback, in a process of its own, so that its work counts for nobody. */
export interface Front extends AsyncDisposable {
	/** what a function must know to find it */
	environment: Readonly<Record<string, string>>;
	/** answers what has been called since the last order */
	order(next?: Partial<Order>): Promise<Report>;
}

export async function openFront(options: {
	folder: string;
	dynamodb: string;
	secret: string;
}): Promise<Front> {
	const { folder, dynamodb, secret } = options;
	const made = makeCertificate();
	const certificate = join(folder, "certificate.pem");
	writeFileSync(certificate, made.certificate);
	const setting: Setting = {
		key: made.key,
		certificate: made.certificate,
		dynamodb,
		secret,
	};
	const file = join(folder, "front.json");
	writeFileSync(file, JSON.stringify(setting));
	const child = ours(
		fork(join(import.meta.dirname, "front-process.ts"), [file], {
			stdio: ["ignore", "inherit", "inherit", "ipc"],
			execArgv: [],
		}),
	);
	const [{ port }] = (await once(child, "message")) as [{ port: number }];
	const url = `https://127.0.0.1:${port}`;
	return {
		environment: {
			NODE_EXTRA_CA_CERTS: certificate,
			AWS_REGION: "us-east-1",
			AWS_ACCESS_KEY_ID: "local",
			AWS_SECRET_ACCESS_KEY: "local",
			// as long as Lambda's
			AWS_SESSION_TOKEN: "token".repeat(180),
			AWS_ENDPOINT_URL_DYNAMODB: url,
			AWS_ENDPOINT_URL_S3: url,
			AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
			AWS_ENDPOINT_URL_SQS: url,
		},
		async order({ keep = false, sqsMs = 0 } = {}) {
			child.send({ keep, sqsMs } satisfies Order);
			const [report] = (await once(child, "message")) as [Report];
			return report;
		},
		[Symbol.asyncDispose]: () => ending(child),
	};
}
