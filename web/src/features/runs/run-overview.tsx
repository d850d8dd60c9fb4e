/** The run's trigger, attempts and costs, with its log for engineers. */
import { Alert, Anchor, Button, CopyButton, Group, Stack, Table, Text, Title } from "@mantine/core";
import { Fragment } from "react";
import type { Live } from "../../data/live";
import { useOrg } from "../../data/org";
import { useBackend } from "../../data/session";
import { cost, count } from "../../format/money";
import { clockTime, exactTime, shortTime } from "../../format/time";
import { label, plain, sentence } from "../../format/words";
import { AlertIcon, CopyIcon, ExternalIcon, InfoIcon } from "../../ui/icons";
import { Json } from "../../ui/json";
import { When } from "../../ui/when";
import { logsUrl, type RunDetails } from "./details";
import type { AttemptView, RunView } from "./run-view";
import { Section } from "./section";
import { causeOf, stepName } from "./words";

export function RunOverview({ run, details }: { run: RunView; details: Live<RunDetails> | null }) {
  const { zone } = useOrg();
  const eventData = details?.data?.eventData ?? {};
  const costs = details?.data?.costs ?? [];
  return (
    <Stack gap="lg">
      <Title order={2} size="h4">
        Whole run
      </Title>
      <Reason run={run} />
      <Section title="Started">
        <Text size="sm">
          {causeOf(run.cause)}
          {run.slot ? `, due ${shortTime(run.slot, zone)}` : ""}. The playbook was at version {run.playbookVersion}.
        </Text>
        {Object.keys(eventData).length > 0 ? <Json value={eventData} label="Event data" /> : null}
      </Section>
      {run.attempts.length > 0 ? <Attempts attempts={run.attempts} /> : null}
      {costs.length > 0 ? (
        <Section title="Cost">
          <Table withRowBorders={false} verticalSpacing={2} horizontalSpacing={0}>
            <Table.Tbody>
              {costs.map((line) => (
                <Table.Tr key={line.item}>
                  <Table.Td>{label(line.item.replaceAll(":", " "))}</Table.Td>
                  <Table.Td ta="right" className="number">
                    {count(line.quantity)}
                  </Table.Td>
                  <Table.Td ta="right" className="number">
                    {cost(line.usd)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Section>
      ) : null}
      {details ? <ForEngineers runId={run.id} /> : null}
    </Stack>
  );
}

function Reason({ run }: { run: RunView }) {
  const wait = run.waits[0];
  if (run.status === "waiting" && wait)
    return (
      <Text size="sm">
        It waits until <When at={new Date(wait.until)} as="calendar" /> at the latest.
      </Text>
    );
  if (!run.statusReason) return null;
  const isBad = run.status === "failed" || run.status === "retrying";
  return (
    <Alert
      color={isBad ? "red" : "gray"}
      icon={isBad ? <AlertIcon size={18} /> : <InfoIcon size={18} />}
      title={isBad ? "Why it failed" : undefined}
    >
      <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {sentence(plain(run.statusReason))}
      </Text>
    </Alert>
  );
}

function Attempts({ attempts }: { attempts: readonly AttemptView[] }) {
  const { zone } = useOrg();
  return (
    <Section title="Attempts">
      <Stack gap={8} component="ol" p={0} m={0} style={{ listStyle: "none" }} className="attempts">
        {attempts.map((attempt, index) => {
          const at = new Date(attempt.startedAt);
          const before = attempts[index - 1];
          return (
            <Fragment key={attempt.startedAt}>
              {before && attempt.number <= before.number && before.failedStep ? (
                <Text size="xs" c="dimmed" component="li">
                  Retried
                </Text>
              ) : null}
              <li>
                <Text size="sm">
                  Attempt {attempt.number},{" "}
                  <time dateTime={at.toISOString()} title={exactTime(at, zone)}>
                    {clockTime(at, zone)}
                  </time>
                  {attempt.failedStep ? `: failed at ${stepName(attempt.failedStep)}` : ""}
                </Text>
                {attempt.error ? (
                  <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                    {plain(attempt.error.replace(`step ${attempt.failedStep}: `, ""))}
                  </Text>
                ) : null}
              </li>
            </Fragment>
          );
        })}
      </Stack>
    </Section>
  );
}

function ForEngineers({ runId }: { runId: string }) {
  const { projectId } = useBackend();
  const logs = logsUrl(projectId, runId);
  return (
    <Section title="For engineers">
      <Group gap="xs">
        <CopyButton value={runId}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" leftSection={<CopyIcon size={14} />} onClick={copy}>
              {copied ? "Copied" : "Copy run ID"}
            </Button>
          )}
        </CopyButton>
        {logs ? (
          <Anchor href={logs} target="_blank" rel="noreferrer" size="sm">
            <Group gap={4} component="span">
              Open the log
              <ExternalIcon size={14} />
            </Group>
          </Anchor>
        ) : null}
      </Group>
    </Section>
  );
}
