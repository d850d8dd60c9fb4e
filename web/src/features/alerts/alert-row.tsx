import { Anchor, Box, Button, Collapse, Group, Stack, Text, UnstyledButton } from "@mantine/core";
import { useEffect, useId, useRef } from "react";
import { Link } from "react-router";
import { count } from "../../format/money";
import { plain } from "../../format/words";
import { AlertIcon, ChevronDownIcon, ChevronRightIcon, InfoIcon } from "../../ui/icons";
import { When } from "../../ui/when";
import type { AlertGroup } from "./groups";
import { useMarkRead } from "./mark-read";
import { causeOf, SEVERITIES, type Severity, typeName } from "./words";

/** An alert or a group of repeats, with details when open. */
export function AlertRow(props: { group: AlertGroup; isOpen: boolean; onToggle: () => void }) {
  const { newest, all, unread } = props.group;
  const details = useId();
  const row = useRef<HTMLLIElement>(null);
  const isOpenAtFirst = useRef(props.isOpen);
  useEffect(() => {
    if (isOpenAtFirst.current) row.current?.scrollIntoView({ block: "nearest" });
  }, []);
  useMarkRead(props.isOpen ? unread : []);
  const Chevron = props.isOpen ? ChevronDownIcon : ChevronRightIcon;
  return (
    <Box component="li" className="alert" ref={row} data-unread={unread.length > 0}>
      <UnstyledButton
        className="alert-head"
        w="100%"
        aria-expanded={props.isOpen}
        aria-controls={details}
        onClick={props.onToggle}
      >
        <SeverityIcon severity={newest.severity} />
        <Box miw={0} flex={1}>
          <Text fw={unread.length ? 650 : 450} style={{ overflowWrap: "anywhere" }}>
            {unread.length ? <span className="visually-hidden">Unread: </span> : null}
            {plain(newest.title)}
          </Text>
          <Text size="sm" c="dimmed">
            {typeName(newest.type)} · {all.length > 1 ? `${count(all.length)} times · ` : null}
            <When at={newest.createdAt} as="ago" />
          </Text>
        </Box>
        <Box component="span" className="dot" data-shown={unread.length > 0} aria-hidden />
        <Chevron size={16} />
      </UnstyledButton>
      <Collapse expanded={props.isOpen} id={details}>
        {props.isOpen ? <Details group={props.group} /> : null}
      </Collapse>
    </Box>
  );
}

function SeverityIcon({ severity }: { severity: Severity }) {
  const Icon = severity === "info" ? InfoIcon : AlertIcon;
  return (
    <Box component="span" className="severity" data-severity={severity}>
      <Icon size={20} />
      <span className="visually-hidden">{SEVERITIES[severity] ?? ""}</span>
    </Box>
  );
}

function Details({ group: { newest, all } }: { group: AlertGroup }) {
  const cause = causeOf(newest);
  return (
    <Stack gap="sm" className="alert-body">
      {newest.body ? (
        <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {plain(newest.body)}
        </Text>
      ) : null}
      {newest.note ? (
        <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {plain(newest.note)}
        </Text>
      ) : null}
      {all.length > 1 ? <Occasions alerts={all} /> : null}
      <Group gap="md">
        {cause ? (
          <Button component={Link} to={cause.to} size="xs" variant="light">
            {cause.label}
          </Button>
        ) : null}
        <Text size="xs" c="dimmed">
          {SEVERITIES[newest.severity]} · <When at={newest.createdAt} as="calendar" />
        </Text>
      </Group>
    </Stack>
  );
}

/** Times of the repeats, each linked to its run. */
function Occasions({ alerts }: { alerts: AlertGroup["all"] }) {
  return (
    <Box component="ul" className="occasions">
      {alerts.map((one) => {
        const cause = causeOf(one);
        const at = <When at={one.createdAt} as="calendar" />;
        return (
          <li key={one.id}>
            {cause ? (
              <Anchor component={Link} to={cause.to} size="sm">
                {at}
              </Anchor>
            ) : (
              <Text size="sm" span>
                {at}
              </Text>
            )}
          </li>
        );
      })}
    </Box>
  );
}
