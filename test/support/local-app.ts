import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Resource } from "../../local/template/template.ts";

export interface App {
	resources: Readonly<Record<string, Resource>>;
	/** the source of each function's index.js, by the key of its asset */
	code?: Readonly<Record<string, string>>;
}

/** A folder that is gone when disposed. */
export function temporaryFolder(): Disposable & { path: string } {
	const path = mkdtempSync(join(tmpdir(), "billhook-"));
	return {
		path,
		[Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
	};
}

/** Writes what a synthesis of the app would leave, and answers its folder. */
export function writeAssembly(folder: string, { resources, code = {} }: App) {
	const out = join(folder, "cdk.out");
	mkdirSync(out, { recursive: true });
	const write = (name: string, content: unknown) =>
		writeFileSync(join(out, name), JSON.stringify(content));
	for (const [key, source] of Object.entries(code)) {
		mkdirSync(join(out, `asset.${key}`), { recursive: true });
		writeFileSync(join(out, `asset.${key}`, "index.js"), source);
	}
	write("manifest.json", {
		artifacts: {
			app: {
				type: "aws:cloudformation:stack",
				properties: { templateFile: "app.template.json", stackName: "app" },
			},
			"app.assets": {
				type: "cdk:asset-manifest",
				properties: { file: "app.assets.json" },
			},
		},
	});
	write("app.assets.json", {
		files: Object.fromEntries(
			Object.keys(code).map((key) => [
				key,
				{
					source: { path: `asset.${key}`, packaging: "zip" },
					destinations: { here: { objectKey: `${key}.zip` } },
				},
			]),
		),
	});
	write("app.template.json", { Resources: resources });
	return out;
}

/** A function of the app; `environment` may hold intrinsics. */
export function lambda(
	key: string,
	environment: Readonly<Record<string, unknown>> = {},
	properties: Readonly<Record<string, unknown>> = {},
): Resource {
	return {
		Type: "AWS::Lambda::Function",
		Properties: {
			Code: { S3Bucket: "assets", S3Key: `${key}.zip` },
			Handler: "index.handler",
			Runtime: "nodejs24.x",
			Environment: { Variables: environment },
			...properties,
		},
	};
}

/** A route of the app's HTTP API into one of its functions, with all it needs. */
export function routes(
	targets: Readonly<Record<string, string>>,
): Record<string, Resource> {
	const ApiId = { Ref: "Api" };
	const resources: Record<string, Resource> = {
		Api: {
			Type: "AWS::ApiGatewayV2::Api",
			Properties: { ProtocolType: "HTTP" },
		},
	};
	for (const [index, [RouteKey, target]] of Object.entries(targets).entries()) {
		resources[`Integration${index}`] = {
			Type: "AWS::ApiGatewayV2::Integration",
			Properties: {
				ApiId,
				IntegrationType: "AWS_PROXY",
				PayloadFormatVersion: "2.0",
				IntegrationUri: { "Fn::GetAtt": [target, "Arn"] },
			},
		};
		resources[`Route${index}`] = {
			Type: "AWS::ApiGatewayV2::Route",
			Properties: {
				ApiId,
				RouteKey,
				Target: {
					"Fn::Join": ["/", ["integrations", { Ref: `Integration${index}` }]],
				},
			},
		};
	}
	return resources;
}

/** A call of `require` that finds the project's own packages wherever the source stands. */
export function requires(name: string): string {
	const path = createRequire(import.meta.url).resolve(name);
	return `require(${JSON.stringify(path)})`;
}
