/** One step of a run: error, input, output and effects. */
import { Alert, Anchor, Group, Stack, Text, Title } from "@mantine/core";
import { Link } from "react-router";
import type { Live } from "../../data/live";
import { useOrg } from "../../data/org";
import { cost, count } from "../../format/money";
import { clockTime, duration, exactTime } from "../../format/time";
import { agentName, plain } from "../../format/words";
import { AlertIcon } from "../../ui/icons";
import { Json } from "../../ui/json";
import { Failure, RowsSkeleton } from "../../ui/states";
import { When } from "../../ui/when";
import { actionTitle } from "../playbooks/flow";
import { effectsOf, type RunDetails, resultOf } from "./details";
import { Effects } from "./effects";
import { type RunView, type StepView, type WaitView, writtenStep } from "./run-view";
import { Section } from "./section";
import { stepName } from "./words";

interface Props {
  run: RunView;
  path: string;
  /** Null for viewers. */
  details: Live<RunDetails> | null;
}

export function StepDetail({ run, path, details }: Props) {
  const step = run.steps.find((one) => one.path === path);
  const action = step?.action ?? run.planned.find((one) => one.path === path)?.action ?? path;
  const failedTries = run.attempts.filter((one) => one.failedStep === path && one.error);
  return (
    <Stack gap="lg">
      <div>
        <Title order={2} size="h4" style={{ overflowWrap: "anywhere" }}>
          {stepName(path)}
        </Title>
        <Text size="sm" c="dimmed">
          {actionTitle(action)}
          {step?.agent ? ` · ${agentName(step.agent)}` : ""}
        </Text>
      </div>
      {step?.error ? (
        <Alert color="red" icon={<AlertIcon size={18} />} title={step.status === "failed" ? "Why it failed" : "Error"}>
          <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
            {plain(step.error)}
          </Text>
        </Alert>
      ) : null}
      <Facts step={step} action={action} wait={run.waits.find((one) => one.path === path)} />
      {failedTries.length > 0 && step?.status !== "failed" ? (
        <Section title="Earlier attempts">
          {failedTries.map((attempt) => (
            <Text key={attempt.startedAt} size="sm" style={{ overflowWrap: "anywhere" }}>
              Attempt {attempt.number}: {plain((attempt.error ?? "").replace(`step ${path}: `, ""))}
            </Text>
          ))}
        </Section>
      ) : null}
      {details ? (
        <Handled path={path} step={step} details={details} />
      ) : (
        <Text size="sm" c="dimmed">
          Editors and owners also see what went into this step and what came out.
        </Text>
      )}
    </Stack>
  );
}

function Facts({ step, action, wait }: { step: StepView | undefined; action: string; wait: WaitView | undefined }) {
  const { zone } = useOrg();
  if (!step && wait) return <Waiting wait={wait} isForDecision={action === "wait_for_approval"} />;
  if (!step) return <Text size="sm">Not finished yet.</Text>;
  if (step.status === "skipped") return <Text size="sm">Skipped: its condition wasn't met.</Text>;
  const at = step.startedAt === undefined ? undefined : new Date(step.startedAt);
  const waited = at && step.waitedSince !== undefined ? at.getTime() - step.waitedSince : 0;
  return (
    <Group gap="lg">
      {at ? (
        <Fact name="Started">
          <time dateTime={at.toISOString()} title={exactTime(at, zone)}>
            {clockTime(at, zone)}
          </time>
        </Fact>
      ) : null}
      {waited > 0 ? <Fact name="Waited">{duration(waited)}</Fact> : null}
      <Fact name="Took">{duration(step.durationMs)}</Fact>
      {step.costUsd > 0 ? <Fact name="Cost">{cost(step.costUsd)}</Fact> : null}
    </Group>
  );
}

function Waiting({ wait, isForDecision }: { wait: WaitView; isForDecision: boolean }) {
  const until = <When at={new Date(wait.until)} as="calendar" />;
  if (!isForDecision) return <Text size="sm">Waiting until {until} at the latest.</Text>;
  return (
    <Text size="sm">
      Waiting for a decision until {until}.{" "}
      <Anchor component={Link} to="/decisions" inherit underline="always">
        Open Decisions
      </Anchor>
    </Text>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text size="sm" className="number">
        {children}
      </Text>
    </div>
  );
}

/** For editors. */
function Handled({ path, step, details }: { path: string; step: StepView | undefined; details: Live<RunDetails> }) {
  const { data, error } = details;
  if (error) return <Failure title="We can't show what this step handled" error={error} />;
  if (!data) return <RowsSkeleton rows={3} />;
  const written = writtenStep(data.definition?.steps, path);
  const effects = effectsOf(data, path);
  return (
    <>
      {effects.length > 0 ? (
        <Section title="What it did">
          <Effects effects={effects} />
        </Section>
      ) : null}
      {written?.condition ? (
        <Section title="Condition">
          <Json value={written.condition} label="Condition" />
        </Section>
      ) : null}
      {written ? (
        <Section title="Input">
          <Json value={written.params} label="Input" />
        </Section>
      ) : null}
      {step ? <Output path={path} data={data} /> : null}
      {step?.leftOut ? (
        <Text size="sm" c="dimmed">
          {count(step.leftOut)} more steps ran inside; their results are in the output.
        </Text>
      ) : null}
    </>
  );
}

function Output({ path, data }: { path: string; data: RunDetails }) {
  const result = resultOf(data, path);
  if (result?.output)
    return (
      <Section title="Output">
        <Json value={result.output} label="Output" />
      </Section>
    );
  if (result?.outputRef)
    return (
      <Section title="Output">
        <Text size="sm">It's too large to show here ({count(result.outputBytes ?? 0)} bytes).</Text>
      </Section>
    );
  const outer = path.split("/").slice(0, -2).join("/");
  return outer && !result ? (
    <Text size="sm" c="dimmed">
      Its output is part of the output of {stepName(outer)}.
    </Text>
  ) : null;
}
