import type { QuarantineGroup, ShownDelivery } from "../console/answers.ts";
import { useAnswer } from "./ask.ts";
import { ActButton } from "./button.tsx";
import { Payload } from "./payload.tsx";
import { placeOf } from "./place.ts";
import { shown } from "./time.ts";
import type { ViewProps } from "./view.ts";

/** What could not be taken on, by what is wrong with it; or one such delivery. */
export function Quarantine(props: ViewProps) {
	const { about } = props.place;
	return about === "" ? <Groups {...props} /> : <Delivery reference={about} />;
}

function Groups({ place }: ViewProps) {
	const provider = place.filter.get("provider") ?? "";
	const groups = useAnswer<QuarantineGroup[]>("quarantine", { provider });
	return (
		<>
			<h1>Quarantine{provider && ` of ${provider}`}</h1>
			{groups.trouble && (
				<p class="trouble" role="alert">
					{groups.trouble}
				</p>
			)}
			{groups.value?.length === 0 && <p>Nothing lies in quarantine.</p>}
			{groups.value?.map((group) => (
				<Group
					key={`${group.provider} ${group.reason} ${group.fields.join()}`}
					{...group}
					after={groups.again}
				/>
			))}
		</>
	);
}

function Group(props: QuarantineGroup & { after: () => void }) {
	const { provider, reason, fields, count, samples, after } = props;
	return (
		<section class="card wide">
			<h2>
				{provider}: {reason}
				{fields.length > 0 && <code>{fields.join(", ")}</code>}
			</h2>
			<p class="quiet">
				{count === 1 ? "One delivery" : `${count} deliveries`},{" "}
				{shown(props.firstTime)} to {shown(props.lastTime)}
			</p>
			<ul>
				{samples.map(({ key, time }) => (
					<li key={key}>
						<a href={placeOf("quarantine", `${provider}/${key}`)}>
							{shown(time)}
						</a>
					</li>
				))}
			</ul>
			<ActButton
				label={count === 1 ? "Retry it" : `Retry all ${count}`}
				sure={`${count === 1 ? "It is" : `${count} are`} read again by the deployed function; what it can read now is recorded.`}
				name="retry"
				body={{ provider, reason, fields }}
				after={after}
			/>
		</section>
	);
}

function Delivery({ reference }: { reference: string }) {
	const { value, trouble, again } = useAnswer<ShownDelivery>("delivery", {
		reference,
	});
	if (trouble)
		return (
			<p class="trouble" role="alert">
				{trouble}
			</p>
		);
	if (!value) return <p class="quiet">Reading it …</p>;
	const { provider, reason, says, time, count, path, headers, body } = value;
	return (
		<>
			<h1>
				{provider}: {reason}
			</h1>
			<p class="quiet">
				{shown(time)}, {count === 1 ? "once" : `${count} times`}, to {path}
			</p>
			<ul>
				{says.map((each) => (
					<li key={each}>{each}</li>
				))}
			</ul>
			<ActButton
				label="Retry it"
				sure="It is read again by the deployed function; if it can be read now, it is recorded."
				name="retry"
				body={{ provider, keys: [value.key] }}
				after={again}
			/>
			<dl class="attributes">
				{Object.entries(headers).map(([name, text]) => (
					<div key={name}>
						<dt>{name}</dt>
						<dd>{text}</dd>
					</div>
				))}
			</dl>
			<Payload text={body} />
		</>
	);
}
