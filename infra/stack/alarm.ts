import { Duration } from "aws-cdk-lib";
import {
	Alarm,
	type CfnAlarm,
	ComparisonOperator,
	type MathExpression,
	TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";

export interface Rule {
	/** what is wrong, in the few words that stand in the alarm's name */
	what: string;
	/** where to look, and what to run */
	says: string;
	/** above zero where it rings */
	metric: MathExpression;
	/** how many periods are looked at, and in how many of them it must be so; one of one unless said */
	periods?: { of: number; atLeast: number };
	/** whole periods of the clock; otherwise the last so long, at every minute */
	byTheClock?: true;
	/** a period that says nothing changes nothing; otherwise it is a good one */
	silence?: "changes nothing";
}

export type Ring = (id: string, rule: Rule) => Alarm;

/** Raises alarms about one provider, or about what all share. */
export function ringer(
	scope: Construct,
	about: { stage: string; provider?: string; topic: ITopic },
): Ring {
	const { stage, provider, topic } = about;
	const whose = ["billhook", stage, ...(provider ? [provider] : [])].join(" ");
	return (id, { what, says, metric, periods, byTheClock, silence }) => {
		const { of = 1, atLeast = 1 } = periods ?? {};
		const alarm = new Alarm(scope, id, {
			alarmName: `${whose}: ${what}`,
			alarmDescription: says,
			metric,
			threshold: 0,
			evaluationPeriods: of,
			datapointsToAlarm: atLeast,
			comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
			treatMissingData: silence
				? TreatMissingData.IGNORE
				: TreatMissingData.NOT_BREACHING,
		});
		if (byTheClock) {
			const resource = alarm.node.defaultChild as CfnAlarm;
			resource.evaluationWindow = { wallClockWindow: { timezone: "UTC" } };
		}
		const rings = new SnsAction(topic);
		alarm.addAlarmAction(rings);
		alarm.addOkAction(rings);
		return alarm;
	};
}

/** The longest that an alarm looks back. */
export const weekMinutes = Duration.days(7).toMinutes();
