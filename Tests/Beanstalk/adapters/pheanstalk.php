<?php
// Does with Pheanstalk what clients.py asks: a line of JSON in, a line of JSON out, bodies in
// base64. The words of refusals are the protocol's.

require_once 'Pheanstalk/autoload.php';

use Pheanstalk\Exception\DeadlineSoonException;
use Pheanstalk\Exception\JobNotFoundException;
use Pheanstalk\Exception\JobTooBigException;
use Pheanstalk\Job;
use Pheanstalk\JobId;
use Pheanstalk\Pheanstalk;

class Refused extends Exception
{
}

class Missing extends Exception
{
}

function found(?Job $job, string $otherwise): array
{
    if ($job === null) {
        throw new Refused($otherwise);
    }
    return ['id' => $job->getId(), 'body' => base64_encode($job->getData())];
}

// What a response says, with numbers where the text is one.
function plain(iterable $response): array
{
    $fields = [];
    foreach ($response as $key => $value) {
        $fields[$key] = ctype_digit((string) $value) ? (int) $value : trim($value, '"');
    }
    return $fields;
}

function call(Pheanstalk $client, string $name, array $a)
{
    $id = isset($a[0]) && is_int($a[0]) ? new JobId($a[0]) : null;
    switch ($name) {
        case 'put':
            return $client->put(base64_decode($a[0]), $a[1], $a[2], $a[3])->getId();
        case 'use':
            $client->useTube($a[0]);
            return null;
        case 'watch':
            $client->watch($a[0]);
            return count($client->listTubesWatched());
        case 'ignore':
            $client->ignore($a[0]);
            return count($client->listTubesWatched());
        case 'reserve':
            return $a[0] === null
                ? found($client->reserve(), 'TIMED_OUT')
                : found($client->reserveWithTimeout($a[0]), 'TIMED_OUT');
        case 'delete':
            return $client->delete($id);
        case 'release':
            return $client->release($id, $a[1], $a[2]);
        case 'bury':
            return $client->bury($id, $a[1]);
        case 'touch':
            return $client->touch($id);
        case 'kick':
            return (int) $client->kick($a[0]);
        case 'kick_job':
            return $client->kickJob($id);
        case 'peek':
            return found($client->peek($id), 'NOT_FOUND');
        case 'peek_ready':
            return found($client->peekReady(), 'NOT_FOUND');
        case 'peek_delayed':
            return found($client->peekDelayed(), 'NOT_FOUND');
        case 'peek_buried':
            return found($client->peekBuried(), 'NOT_FOUND');
        case 'stats':
            return plain($client->stats());
        case 'stats_tube':
            return plain($client->statsTube($a[0]));
        case 'stats_job':
            return plain($client->statsJob($id));
        case 'tubes':
            return array_values($client->listTubes());
        case 'watching':
            return $client->listTubesWatched(true);
        case 'using':
            return $client->listTubeUsed(true);
        case 'pause':
            return $client->pauseTube($a[0], $a[1]);
    }
    throw new Missing($name);
}

function word(Throwable $problem): string
{
    if ($problem instanceof DeadlineSoonException) {
        return 'DEADLINE_SOON';
    }
    if ($problem instanceof JobNotFoundException) {
        return 'NOT_FOUND';
    }
    if ($problem instanceof JobTooBigException) {
        return 'JOB_TOO_BIG';
    }
    $words = 'NOT_FOUND|NOT_IGNORED|BAD_FORMAT|UNKNOWN_COMMAND|DRAINING|TIMED_OUT|DEADLINE_SOON';
    return preg_match("/\\b($words)\\b/", $problem->getMessage(), $match)
        ? $match[1] : get_class($problem) . ': ' . $problem->getMessage();
}

$client = null;
while (($line = fgets(STDIN)) !== false) {
    $arguments = json_decode($line, true);
    $name = array_shift($arguments);
    try {
        if ($name === 'open') {
            $connection = new \Pheanstalk\Connection(
                new \Pheanstalk\SocketFactory($arguments[0], $arguments[1]));
            $client = new Pheanstalk($connection);
            $client->listTubeUsed(true);
            $reply = ['ok' => null];
        } elseif ($name === 'close') {
            $connection->disconnect();
            $reply = ['ok' => null];
        } else {
            $reply = ['ok' => call($client, $name, $arguments)];
        }
    } catch (Missing $missing) {
        $reply = ['missing' => $name];
    } catch (Refused $refused) {
        $reply = ['refused' => $refused->getMessage()];
    } catch (Throwable $problem) {
        $reply = ['refused' => word($problem)];
    }
    echo json_encode($reply), "\n";
}
