import { Installed, parameterPath } from "../functions/installed.ts";
import type { Plan, Planned } from "./template/plan.ts";

type Lambda = Planned<"AWS::Lambda::Function">;

/** What of the template belongs to one provider. */
export interface InstalledProvider {
	provider: string;
	/** where it does not come with the package */
	folder?: string;
	/** /hooks/dealpos/{token}/{group}/{event} */
	path: string;
	/** what may stand behind the token, where bodies do not say which event they are */
	paths?: readonly string[];
	queueUrl: string;
	deadLetterQueueUrl?: string;
	inbox: string;
	watches?: string;
	schedule?: Planned<"AWS::Scheduler::Schedule">;
}

/** Finds each provider's own by the variables of its functions, which name all they work with. */
export function readInstalled(plan: Plan): InstalledProvider[] {
	const lambdas = plan.of("AWS::Lambda::Function");
	const byProvider = Map.groupBy(
		lambdas,
		({ Environment }) => Environment.Variables.BILLHOOK_PROVIDER,
	);
	const installed: InstalledProvider[] = [];
	for (const [provider, own] of byProvider) {
		if (provider === undefined) continue;
		const queueUrl = variable(own, "BILLHOOK_QUEUE");
		const inbox = variable(own, "BILLHOOK_INBOX");
		const path = hookOf(plan, own);
		if (!queueUrl || !inbox || !path)
			throw new Error(
				`The functions of ${provider} name no queue, no inbox or no route.`,
			);
		installed.push({
			provider,
			folder: plan.folders[provider],
			path,
			paths: pathsOf(plan, provider, own),
			queueUrl,
			deadLetterQueueUrl: deadLettersOf(plan, queueUrl),
			inbox,
			watches: variable(own, "BILLHOOK_WATCHES"),
			schedule: plan
				.of("AWS::Scheduler::Schedule")
				.find(({ Target }) => own.some((fn) => isTarget(Target.Arn, fn))),
		});
	}
	return installed.sort((one, other) =>
		one.provider < other.provider ? -1 : 1,
	);
}

/** What the SSM parameters of Billhook's own say, by their names; a domain of the installation's own does not lead to this machine. */
export function readParameters(
	plan: Plan,
	api: string,
): Record<string, unknown> {
	return Object.fromEntries(
		plan
			.of("AWS::SSM::Parameter")
			.filter(({ Name }) => Name.startsWith("/billhook/"))
			.map(({ Name, Value }) => [Name, { ...JSON.parse(Value), api }]),
	);
}

/** The function that an ARN, with or without more behind it, or a name means. */
export function isTarget(target: string, { ref }: { ref: string }): boolean {
	return target === ref || target.split(/[:/]/).includes(ref);
}

function variable(lambdas: Lambda[], name: string): string | undefined {
	return lambdas
		.map(({ Environment }) => Environment.Variables[name])
		.find((value) => value !== undefined);
}

function hookOf(plan: Plan, lambdas: Lambda[]): string | undefined {
	const integrations = plan
		.of("AWS::ApiGatewayV2::Integration")
		.filter(({ IntegrationUri }) =>
			lambdas.some((fn) => isTarget(IntegrationUri, fn)),
		)
		.map(({ ref }) => `integrations/${ref}`);
	return plan
		.of("AWS::ApiGatewayV2::Route")
		.find(({ Target }) => integrations.includes(Target))
		?.RouteKey.replace(/^.* /, "");
}

/** As the provider's parameter says them. */
function pathsOf(plan: Plan, provider: string, lambdas: Lambda[]) {
	const stage = variable(lambdas, "BILLHOOK_STAGE") ?? "";
	const name = `${parameterPath(stage)}/${provider}`;
	const parameter = plan
		.of("AWS::SSM::Parameter")
		.find(({ Name }) => Name === name);
	return parameter && Installed.parse(JSON.parse(parameter.Value)).paths;
}

function deadLettersOf(plan: Plan, queueUrl: string): string | undefined {
	const queues = plan.of("AWS::SQS::Queue");
	const arn = queues.find(({ ref }) => ref === queueUrl)?.RedrivePolicy
		?.deadLetterTargetArn;
	const name = arn?.slice(arn.lastIndexOf(":") + 1);
	return queues.find(({ ref }) => ref.endsWith(`/${name}`))?.ref;
}
