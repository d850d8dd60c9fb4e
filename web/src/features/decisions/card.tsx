import { Anchor, Group, Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useSession } from "../../data/session";
import { dollars } from "../../format/money";
import { agentName } from "../../format/words";
import { BanIcon, CheckIcon, ClockIcon, CrossIcon } from "../../ui/icons";
import { type Look, StateBadge } from "../../ui/status";
import { When } from "../../ui/when";
import { Content } from "./content";
import { Decide, type Verdict } from "./decide";
import { fieldsOf, list, number } from "./fields";
import type { Decision, Status } from "./model";
import { decider, KIND_NAMES, pathOf, STATUS_NAMES } from "./words";

const LOOKS: Record<Status, Omit<Look, "label">> = {
  pending: { color: "violet", icon: ClockIcon },
  approved: { color: "teal", icon: CheckIcon },
  rejected: { color: "red", icon: CrossIcon },
  expired: { color: "gray", icon: ClockIcon },
  withdrawn: { color: "gray", icon: BanIcon },
};

/** One decision with its reasons and answer. `isAlone`: the page's heading already names it. */
export function DecisionCard(props: {
  decision: Decision;
  verdict: Verdict | undefined;
  isAlone?: boolean;
  children?: ReactNode;
}) {
  const { decision, verdict, isAlone } = props;
  return (
    <Paper withBorder p="md" component="article" aria-label={decision.title}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <Stack gap={2} miw={0}>
            {isAlone ? null : (
              <Title order={2} size="h4" style={{ overflowWrap: "anywhere" }}>
                <Anchor component={Link} to={pathOf(decision)} c="inherit" inherit>
                  {decision.title}
                </Anchor>
              </Title>
            )}
            <Facts decision={decision} />
          </Stack>
          <StateBadge {...LOOKS[decision.status]} label={STATUS_NAMES[decision.status]} status={decision.status} />
        </Group>
        {decision.reason ? (
          <Text style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{decision.reason}</Text>
        ) : null}
        <Content decision={decision} />
        {props.children}
        {decision.status === "pending" ? (
          <Decide decision={decision} verdict={verdict} />
        ) : (
          <Outcome decision={decision} />
        )}
      </Stack>
    </Paper>
  );
}

/** Kind, requester, dates and source. */
function Facts({ decision }: { decision: Decision }) {
  const { agent, askedBy, askedAt, expiresAt, executionId } = decision;
  return (
    <Text size="sm" c="dimmed" component="div" className="facts">
      <span>{KIND_NAMES[decision.kind]}</span>
      {decision.isUrgent && decision.status === "pending" ? <span>High priority</span> : null}
      {agent ? <span>Suggested by {agentName(agent)}</span> : null}
      {askedBy ? <span>Requested by {askedBy}</span> : null}
      {askedAt ? <When at={askedAt} as="ago" /> : null}
      {expiresAt && decision.status === "pending" ? (
        <span>
          Expires <When at={expiresAt} as="until" />
        </span>
      ) : null}
      {executionId ? (
        <Anchor component={Link} to={`/runs/${encodeURIComponent(executionId)}`} inherit underline="always">
          See the run
        </Anchor>
      ) : null}
    </Text>
  );
}

/** The outcome: who decided, when, and the result. */
function Outcome({ decision }: { decision: Decision }) {
  const { uid } = useSession();
  const { status, decidedAt, comment, fields } = decision;
  const prices = list(fields.appliedPrices).map(fieldsOf);
  return (
    <Stack gap={4}>
      <Text size="sm" c="dimmed">
        {status === "expired" ? "Nobody decided in time." : null}
        {status === "withdrawn" ? "Its run ended before anyone decided." : null}
        {decidedAt ? (
          <>
            {STATUS_NAMES[status]} by {decider(decision, uid)} <When at={decidedAt} as="ago" />
          </>
        ) : null}
      </Text>
      {comment ? (
        <Text size="sm" className="comment">
          {comment}
        </Text>
      ) : null}
      {prices.map((one) => (
        <Text size="sm" key={String(one.itemId)}>
          The price was set to {dollars(number(one.price) ?? 0)}
          {number(one.previousPrice) === undefined ? "" : `, from ${dollars(number(one.previousPrice) ?? 0)}`}.
        </Text>
      ))}
    </Stack>
  );
}
