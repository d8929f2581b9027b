import { Fn, type RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
	type CfnStage,
	type DomainName,
	HttpApi,
	HttpMethod,
	type HttpRoute,
	HttpRouteKey,
	HttpStage,
	LogGroupLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpIamAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { Domain, Throttle } from "../props.ts";
import type { ProviderResources } from "../provider/resources.ts";
import { hasDefaultEndpoint, openDomain } from "./domain.ts";

export interface ApiOptions {
	stage: string;
	providers: readonly ProviderResources[];
	watch?: LambdaFunction;
	logRetention: RetentionDays;
	logSenders: boolean;
	removalPolicy: RemovalPolicy;
	encryptionKey?: IKey;
	domain?: Domain;
	throttle: Throttle;
}

/** The public address: one route for each provider, and the watches' own. */
export class Api extends Construct {
	readonly http: HttpApi;
	readonly stage: HttpStage;
	readonly accessLog: LogGroup;
	readonly domainName?: DomainName;
	/** where requests come in, without a slash at the end */
	readonly url: string;

	constructor(scope: Construct, id: string, options: ApiOptions) {
		super(scope, id);
		const { domain } = options;
		this.http = new HttpApi(this, "Http", {
			apiName: `billhook-${options.stage}`,
			description: `Billhook ${options.stage}: webhooks in`,
			createDefaultStage: false,
			disableExecuteApiEndpoint: hasDefaultEndpoint(domain) ? undefined : true,
		});
		this.accessLog = new LogGroup(this, "AccessLog", {
			logGroupName: accessLogName(this, options.stage),
			retention: options.logRetention,
			removalPolicy: options.removalPolicy,
			encryptionKey: options.encryptionKey,
		});
		this.stage = new HttpStage(this, "Stage", {
			httpApi: this.http,
			stageName: "$default",
			autoDeploy: true,
			throttle: options.throttle,
			accessLogSettings: {
				destination: new LogGroupLogDestination(this.accessLog),
				format: AccessLogFormat.custom(accessLine(options)),
			},
		});
		const routes = options.providers.flatMap((resources) =>
			this.#openHook(resources),
		);
		throttleRoutes(this.stage, options.providers);
		if (options.watch) routes.push(...this.#openWatches(options.watch));
		makeInTurn([...routes, this.stage]);
		this.domainName =
			domain &&
			openDomain(this, "Domain", { domain, api: this.http, stage: this.stage });
		this.url = domain ? `https://${domain.name}` : this.http.apiEndpoint;
	}

	#openHook({ provider, webhook }: ProviderResources): HttpRoute[] {
		const routes = this.http.addRoutes({
			path: hookPath(provider),
			// the function says which methods it takes
			methods: [HttpMethod.ANY],
			integration: new HttpLambdaIntegration(provider.name, webhook),
		});
		for (const route of routes)
			Validations.of(route).acknowledge({
				id: "AwsSolutions-APIG4",
				reason:
					"Providers sign no AWS requests. The function authenticates each delivery before reading it: by a 256-bit token in the path, and by the provider's own proof where one is configured.",
			});
		return routes;
	}

	#openWatches(watch: LambdaFunction): HttpRoute[] {
		return this.http.addRoutes({
			path: "/watches/{provider}",
			methods: [HttpMethod.ANY],
			integration: new HttpLambdaIntegration("watches", watch),
			authorizer: new HttpIamAuthorizer(),
		});
	}
}

/** Gives each provider that has a throttle of its own one for its route. */
function throttleRoutes(
	stage: HttpStage,
	providers: readonly ProviderResources[],
) {
	const settings = providers.flatMap(({ provider, throttle }) =>
		throttle
			? [
					[
						HttpRouteKey.with(hookPath(provider), HttpMethod.ANY).key,
						{
							ThrottlingRateLimit: throttle.rateLimit,
							ThrottlingBurstLimit: throttle.burstLimit,
						},
					],
				]
			: [],
	);
	if (settings.length === 0) return;
	const resource = stage.node.defaultChild as CfnStage;
	resource.routeSettings = Object.fromEntries(settings);
}

// the gateway may refuse two changes of one API at once, and a creation fails with that
function makeInTurn(parts: readonly Construct[]) {
	for (const [index, part] of parts.entries()) {
		const before = parts[index - 1];
		if (before) part.node.addDependency(before);
	}
}

/** Under a prefix that spares the account's policy for logs, and never the name that a deleted stack's log has kept. */
function accessLogName(scope: Construct, stage: string): string {
	const ofStack = Fn.select(2, Fn.split("/", Stack.of(scope).stackId));
	return `/aws/vendedlogs/billhook/${stage}/${ofStack}`;
}

/** A provider's route, its placeholders as the gateway and the function name them. */
export function hookPath(provider: ProviderResources["provider"]): string {
	const segments = ["token", ...provider.path].map((name) => `{${name}}`);
	return `/hooks/${provider.name}/${segments.join("/")}`;
}

// the route, never the path: the path holds the token. Nothing that a quotation mark could be in, which would
// end the line's JSON: an agent is what its sender likes, and the gateway's messages are sentences
function accessLine({ stage, logSenders }: ApiOptions): string {
	return JSON.stringify({
		Stage: stage,
		requestId: "$context.requestId",
		route: "$context.routeKey",
		status: "$context.status",
		ms: "$context.responseLatency",
		error: "$context.error.responseType",
		...(logSenders && { address: "$context.identity.sourceIp" }),
	});
}
